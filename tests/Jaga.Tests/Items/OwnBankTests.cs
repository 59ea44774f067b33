using Jaga.Banks;
using Jaga.Cases;
using Jaga.Hashing;
using Jaga.Matching;
using Jaga.Tests.Banks;
using static Jaga.Tests.Items.LookbackScene;
using Verdict = Jaga.Cases.Verdict;

namespace Jaga.Tests.Items;

/// <summary><see cref="OwnBank"/>: the next copy of what was decided to be illegal is known.</summary>
public sealed class OwnBankTests
{
    private const string Text = "Main di situs slot gacor malam ini, bonus besar menanti semua anggota baru kami";

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_next_copy_of_a_decided_film_text_link_or_picture_is_known_by_its_own_fingerprints(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var (film, matcher) = (Enumerable.Range(100, 10).ToList(), jaga.Services.GetRequiredService<Matcher>());
        var bank = await jaga.Bank();
        await jaga.Import(bank, $"hash,algorithm\n{BankScene.Md5(1)},md5\n{BankScene.Md5(2)},md5\n\"{Text}\",text\nhttps://example.com/a?b=1,url\n");
        await matcher.CatchUp(default);
        using var platform = await jaga.Key(Permission.CheckItems);
        await Check(new { item = new { id = "film" }, hashes = new { md5 = BankScene.Md5(1), vpdq = film.Select((n, i) => $"{Hash(n)},90,{i}.000"), pdq = Hash(film[0]).ToString(), quality = 90 } });
        await Check(new { item = new { id = "text" }, text = Text.Replace("malam ini", "m4lam  INI", StringComparison.Ordinal) });
        await Check(new { item = new { id = "link" }, link = "https://example.com/a?b=1" });
        await Check(new { item = new { id = "picture" }, hashes = new { md5 = BankScene.Md5(2), pdq = Hash(1).ToString(), quality = 90 }, text = "Selamat pagi, apa kabar semua teman di sini?" });
        var cases = await jaga.Ask<Db, List<Case>>(db => db.Cases.AsNoTracking().ToListAsync());
        Assert.Equal(4, cases.Count);
        foreach (var one in cases)
        {
            await jaga.Ask<DecideCase, DecideCase.Answer>(d => d.Run(one.Id, new(Verdict.Illegal, "law 1", "seen", [], one.Version), BankScene.Operator, default));
        }

        await matcher.CatchUp(default);
        Assert.Equal(
            [SignalType.Pdq, SignalType.Md5, SignalType.Md5, SignalType.Vpdq, SignalType.Text, SignalType.Url],
            (await jaga.Ask<Db, List<SignalType>>(db => db.Signals.Where(s => db.Banks.Any(b => b.Number == s.Bank && b.Origin == BankOrigin.Decisions)).Select(s => s.Type).ToListAsync())).Order());

        // Cut at both ends, in other bytes; and its first frame alone is nothing.
        Assert.Equal(SignalType.Vpdq, Assert.Single(matcher.Find(new() { Film = new(film.Skip(1).Take(8).Select((n, i) => new VpdqFrame(i, new(Hash(n), 90), i))) })).Type);
        Assert.Empty(matcher.Find(new() { Pdq = new(Hash(film[0]), 90) }));
        Assert.Single(matcher.Find(new() { Pdq = new(Altered(Hash(1), 9), 90) }));

        // Taken back, nothing of it stays.
        await jaga.Ask<UndoDecision, Id<Case>>(undo => undo.Run(cases.Single(c => c.About.Id == "film").Id, BankScene.Operator, default));
        await matcher.CatchUp(default);
        Assert.Empty(matcher.Find(new() { Film = new(film.Skip(1).Take(8).Select((n, i) => new VpdqFrame(i, new(Hash(n), 90), i))) }));

        async Task Check(object body)
        {
            using var answer = await platform.PostAsJsonAsync("/api/v1/check", body);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task What_a_look_back_brought_is_known_by_its_own_fingerprints_too()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var film = new VpdqFingerprint(Enumerable.Range(100, 10).Select((n, i) => new VpdqFrame(i, new(Hash(n), 90), i)));
        await jaga.Keep("film", md5: Convert.FromHexString(BankScene.Md5(1)), query: new() { Film = film });
        await jaga.Import(await jaga.Bank(), $"hash,algorithm\n{BankScene.Md5(1)},md5\n");
        await jaga.LookBack();
        var @case = await jaga.Ask<Db, Case>(db => db.Cases.AsNoTracking().SingleAsync());
        await jaga.Ask<DecideCase, DecideCase.Answer>(d => d.Run(@case.Id, new(Verdict.Illegal, "law 1", "seen", [], @case.Version), BankScene.Operator, default));
        var matcher = jaga.Services.GetRequiredService<Matcher>();
        await matcher.CatchUp(default);
        Assert.Equal(SignalType.Vpdq, Assert.Single(matcher.Find(new() { Film = film })).Type);
    }
}
