using System.Text;
using System.Text.Json;
using Jaga.Banks;
using Jaga.Hashing;
using Jaga.Items;
using Jaga.Matching;

namespace Jaga.Tests.Banks;

/// <summary>Signals beside pictures' hashes and digests: films, texts, links, vectors, named hashes.</summary>
public sealed class SignalTypeTests
{
    private const string Text = "Main terus di pulauwin777, gampang menang dan rejeki lancar setiap hari untuk semua member baru";
    private const string Short = "Situs slot88";

    private static readonly string[] Film = [.. Enumerable.Range(0, 10).Select(i => $"{BankScene.Pdq(i)},90,{i}.000")];
    private static readonly string Vector = string.Join(',', Enumerable.Range(1, 144).Select(i => i % 250));

    private static readonly string List = string.Join('\n',
        Line(SignalType.Text, Text, "T-1"), Line(SignalType.Text, Short, "T-2"), Line(SignalType.Url, "http://www.s.id/Slot/?utm_source=x", "U-1"),
        Line(SignalType.Vpdq, JsonSerializer.Serialize(Film), "V-1"), Line(SignalType.PhotoDna, Vector, "P-1"), Line(SignalType.External, "netclean:00ff17", "N-1"));

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Every_type_is_imported_matched_with_provenance_and_comes_back_from_what_was_exported(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank("list", new() { VectorDistance = 5, OnMatch = OnMatch.Watch, Labels = ["gambling"] });
        Assert.Equal((6, 0L), (await jaga.Import(bank, List)) is var report ? (report.Added, report.Bad) : default);
        await AllMatch(jaga, "list");

        foreach (var format in (SignalFormat[])[SignalFormat.Csv, SignalFormat.Jsonl])
        {
            using var file = new MemoryStream();
            Assert.Equal(6, await jaga.Ask<ExportSignals, long>(export => export.Run(bank.Id, format, file, BankScene.Operator, default)));
            await jaga.Ask<EditBank, BankAnswer>(edit => edit.Run(bank.Id, new(new() { Enabled = false }, "the copy counts"), BankScene.Operator, default));
            bank = await jaga.Bank($"copy {format}", new() { VectorDistance = 5, OnMatch = OnMatch.Watch, Labels = ["gambling"] });
            var copied = await jaga.Import(bank, file.ToArray());
            Assert.True(copied.Kept && copied.Added == 6, JsonSerializer.Serialize(copied, Json.Options));
            await AllMatch(jaga, $"copy {format}");
        }

        foreach (var signal in await jaga.Signals(bank))
        {
            await jaga.Ask<RemoveSignal, bool>(async remove =>
            {
                await remove.Run(bank.Id, signal.Id, new("seen"), BankScene.Operator, default);
                return true;
            });
        }

        var matcher = jaga.Services.GetRequiredService<Matcher>();
        await matcher.CatchUp(default);
        Assert.All(Queries(), query => Assert.Empty(matcher.Find(Read(query.Hashes))));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_check_may_carry_a_text_a_link_and_any_hash(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await jaga.Import(await jaga.Bank("list", new() { VectorDistance = 5 }), List);
        await jaga.Services.GetRequiredService<Matcher>().CatchUp(default);
        using var platform = await jaga.Key(Permission.CheckItems);

        foreach (var (about, expected) in new (object Request, string Entry)[]
        {
            (new { item = new { id = "1", kind = "text" }, text = "Cek dulu HTTPS://s.id/Slot bang" }, "U-1"),
            (new { item = new { id = "2", kind = "message" }, text = "⭐ " + Text.ToUpperInvariant() + " 🔥" }, "T-1"),
            (new { item = new { id = "3", kind = "link" }, link = "https://s.id/Slot?a=1" }, "U-1"),
            (new { item = new { id = "4" }, hashes = new { external = "netclean:00FF17" } }, "N-1"),
            (new { item = new { id = "5", kind = "video" }, hashes = new { vpdq = Film } }, "V-1"),
        })
        {
            using var answer = await platform.PostAsJsonAsync("/api/v1/check", about);
            var told = (await answer.Content.ReadFromJsonAsync<CheckItem.Answer>(Json.Options))!;
            Assert.Equal((CheckVerdict.Hold, expected), (told.Verdict, Assert.Single(told.Matches).Entry));
        }

        using var multipart = new MultipartFormDataContent
        {
            { new StringContent("""{ "id": "6" }""", Encoding.UTF8, "application/json"), "item" }, { new ByteArrayContent(Picture.Draw(3).Png()), "file", "a.png" }, { new StringContent(Short), "text" },
        };
        using var both = await platform.PostAsync("/api/v1/check", multipart);
        Assert.Equal("T-2", Assert.Single((await both.Content.ReadFromJsonAsync<CheckItem.Answer>(Json.Options))!.Matches).Entry);
        using var nothing = await platform.PostAsJsonAsync("/api/v1/check", new { item = new { id = "7" }, text = "🔥" });
        Assert.Equal(CheckVerdict.Allow, (await nothing.Content.ReadFromJsonAsync<CheckItem.Answer>(Json.Options))!.Verdict);
        using var bad = await platform.PostAsJsonAsync("/api/v1/check", new { item = new { id = "8" }, link = "ftp://x" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, bad.StatusCode);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Each_bank_says_how_near_a_text_a_film_or_a_vector_must_be(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank("list", new() { VectorDistance = 0 });
        await jaga.Import(bank, List);
        var matcher = jaga.Services.GetRequiredService<Matcher>();
        var cut = new FindMatches.Hashes(Vpdq: [.. Film.Take(4), .. Enumerable.Range(50, 4).Select(i => $"{BankScene.Pdq(i)},90,{i}.000")]);
        var near = new FindMatches.Hashes(PhotoDna: "4" + Vector[1..]);
        var edited = new FindMatches.Hashes(Text: "Ayo " + Text.Replace("rejeki", "untung banget", StringComparison.Ordinal));
        Assert.Equal((0, 0), (await Found(cut), await Found(near)));

        await Edit(new() { FilmQueryPercent = 50, VectorDistance = 3 });
        Assert.Equal((1, 1), (await Found(cut), await Found(near)));
        var film = Assert.Single(matcher.Find(Read(cut)));
        Assert.Equal((50.0, 40.0), (film.Film!.Value.QueryPercent, film.Film.Value.TargetPercent));
        Assert.Equal(3, Assert.Single(matcher.Find(Read(near))).Distance);
        await Edit(new() { FilmSignalPercent = 41 });
        Assert.Equal(0, await Found(cut));

        var distance = TextFingerprint.Of(NormalText.Of(edited.Text!))!.Value.DistanceTo(TextFingerprint.Of(NormalText.Of(Text))!.Value);
        Assert.InRange(distance, TextFingerprint.UsualDistance + 1, Bank.LargestMaxDistance);
        await Edit(new() { TextDistance = distance });
        Assert.Equal(1, await Found(edited));
        Assert.Equal(1, await Found(new(Text: Text)));
        await Edit(new() { TextDistance = 0 });
        Assert.Equal((0, 1), (await Found(edited), await Found(new(Text: Text))));

        var bad = await Assert.ThrowsAsync<BadInput>(() => Edit(new() { TextDistance = 64, FilmDistance = 32, FilmQuality = 101, FilmQueryPercent = -1, FilmSignalPercent = 101, VectorDistance = double.NaN }));
        Assert.Equal(6, bad.Problems.Count);

        Task Edit(BankWish wish) => jaga.Ask<EditBank, BankAnswer>(edit => edit.Run(bank.Id, new(wish, "to see"), BankScene.Operator, default));

        async Task<int> Found(FindMatches.Hashes hashes)
        {
            await matcher.CatchUp(default);
            return matcher.Find(Read(hashes)).Count;
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_bank_that_asks_far_finds_far_and_back_again_while_others_stay_near(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var (near, far) = (await jaga.Bank("near"), await jaga.Bank("far"));
        await jaga.Import(near, BankScene.Csv(20));
        await jaga.Import(far, BankScene.Csv(20));
        var matcher = jaga.Services.GetRequiredService<Matcher>();
        foreach (var distance in (int[])[31, 50, 60, 20, 63, 0])
        {
            await jaga.Ask<EditBank, BankAnswer>(edit => edit.Run(far.Id, new(new() { MaxDistance = distance }, "to see"), BankScene.Operator, default));
            await matcher.CatchUp(default);
            for (var i = 0; i < 20; i++)
            {
                foreach (var bits in (int[])[0, 20, 31, 32, 50, 63])
                {
                    var found = matcher.Find(new() { Pdq = new(Flip(PdqHash.Parse(BankScene.Pdq(i)), bits), 100) }).Select(m => m.BankName).Order();
                    Assert.Equal([.. bits <= distance ? ["far"] : Array.Empty<string>(), .. bits <= 31 ? ["near"] : Array.Empty<string>()], found);
                }
            }
        }

        static PdqHash Flip(PdqHash hash, int bits)
        {
            var bytes = hash.ToArray();
            for (var i = 0; i < bits; i++)
            {
                bytes[i / 8] ^= (byte)(1 << (i % 8));
            }

            return PdqHash.FromBytes(bytes);
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_two_decisions_set_aside_stays_until_both_are_taken_back(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        NewSignal[] both = [new(SignalType.Pdq, Convert.FromHexString(BankScene.Pdq(1)), 90), new(SignalType.Md5, Convert.FromHexString(BankScene.Md5(1)))];
        Assert.Equal(2, await Do(set => set.Add("other", both, new("case", "a"), BankScene.Operator, default)));
        Assert.Equal(1, await Do(set => set.Add("other", [.. both, new(SignalType.Md5, Convert.FromHexString(BankScene.Md5(2)))], new("case", "b"), BankScene.Operator, default)));
        Assert.Equal(0, await Do(set => set.TakeBack(new("case", "a"), "appeal", BankScene.Operator, default)));
        Assert.Equal(0, await Do(set => set.TakeBack(new("case", "a"), "appeal", BankScene.Operator, default)));
        Assert.Equal(3, await Do(set => set.TakeBack(new("case", "b"), "appeal", BankScene.Operator, default)));
        Assert.Equal(2, await Do(set => set.Add("other", both, new("case", "a"), BankScene.Operator, default)));
        Assert.Equal(2, await Do(set => set.TakeBack(new("case", "a"), "appeal", BankScene.Operator, default)));

        async Task<int> Do(Func<SetAside, Task<int>> act)
        {
            await using var scope = jaga.Services.CreateAsyncScope();
            await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
            return await transaction.Commit(await act(scope.ServiceProvider.GetRequiredService<SetAside>()), default);
        }
    }

    [Theory]
    [InlineData(SignalType.Text, "🔥🔥", "letter")]
    [InlineData(SignalType.Url, "ftp://example.com", "link")]
    [InlineData(SignalType.Vpdq, "[]", "frames")]
    [InlineData(SignalType.Vpdq, "[\"abc,1,2\"]", "vPDQ")]
    [InlineData(SignalType.Vpdq, "abc", "vPDQ")]
    [InlineData(SignalType.PhotoDna, "1,2,3", "144")]
    [InlineData(SignalType.External, "no name", "name:hexadecimal")]
    [InlineData(SignalType.External, "n:0g", "name:hexadecimal")]
    [InlineData(SignalType.External, "n:", "name:hexadecimal")]
    public async Task A_value_that_cannot_be_is_listed_with_its_line_and_the_reason(SignalType type, string value, string reason)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var report = await jaga.Import(await jaga.Bank(), Line(SignalType.Text, Text, "") + "\n" + Line(type, value, ""));
        var problem = Assert.Single(report.Problems);
        Assert.Equal((2, "hash"), (problem.Line, problem.Field));
        Assert.Contains(reason, problem.Reason);
    }

    private static async Task AllMatch(JagaHost jaga, string bank)
    {
        var matcher = jaga.Services.GetRequiredService<Matcher>();
        await matcher.CatchUp(default);
        foreach (var (hashes, entry, type) in Queries())
        {
            var match = Assert.Single(matcher.Find(Read(hashes)));
            Assert.Equal((bank, entry, type, "list.csv", "house"), (match.BankName, match.Entry, match.Type, match.Source, match.Member));
            Assert.Equal(["gambling", "tried"], match.Labels.Order());
        }
    }

    private static IEnumerable<(FindMatches.Hashes Hashes, string Entry, SignalType Type)> Queries() =>
    [
        (new(Text: "Ayo " + Text + "!!!"), "T-1", SignalType.Text),
        (new(Text: "s1tus S L O T 88"), "T-2", SignalType.TextSha256),
        (new(Url: "s.id/Slot"), "U-1", SignalType.Url),
        (new(Vpdq: Film), "V-1", SignalType.Vpdq),
        (new(PhotoDna: Vector), "P-1", SignalType.PhotoDna),
        (new(External: "NetClean:00FF17"), "N-1", SignalType.External),
    ];

    private static MatchQuery Read(FindMatches.Hashes hashes)
    {
        var wrong = new Dictionary<string, string[]>();
        var query = FindMatches.Read(hashes, wrong);
        Assert.Empty(wrong);
        return query;
    }

    private static string Line(SignalType type, string hash, string entry) => JsonSerializer.Serialize(new { hash, algorithm = type.Word(), entry, member = "house", labels = "tried" });
}
