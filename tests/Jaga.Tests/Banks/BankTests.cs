using Jaga.Banks;

namespace Jaga.Tests.Banks;

public sealed class BankTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_bank_is_made_and_changed_with_its_reasons_on_record(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank("Bridges", new() { Labels = ["other"], OnMatch = OnMatch.Case });
        Assert.Equal((31, 50, 1.0, true, OnMatch.Case), (bank.MaxDistance, bank.MinQuality, bank.EnabledRatio, bank.Enabled, bank.OnMatch));

        var changed = await jaga.Ask<EditBank, BankAnswer>(edit => edit.Run(bank.Id, new(new() { MaxDistance = 20, Enabled = false }, "too many hits"), BankScene.Operator, default));

        Assert.Equal(bank with { MaxDistance = 20, Enabled = false }, changed with { Labels = bank.Labels });
        var read = await jaga.Ask<ReadBanks, Page<BankAnswer>>(b => b.Run(new(null, null), default));
        Assert.Equal(["other"], Assert.Single(read.Rows).Labels);
        await jaga.Do(async db => Assert.Equal(["bank.created", "bank.edited"], await db.AuditLines.OrderBy(l => l.Seq).Select(l => l.Action).ToListAsync()));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task No_two_banks_have_one_name_and_what_cannot_be_is_refused_by_field(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await jaga.Bank("Bridges");
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Bank("bridges"));
        var wrong = await Assert.ThrowsAsync<BadInput>(() => jaga.Bank(" ", new() { MaxDistance = 64, MinQuality = -1, EnabledRatio = double.NaN, Labels = ["Two Words"] }));
        Assert.Equal(["enabledRatio", "labels", "maxDistance", "minQuality", "name"], wrong.Problems.Keys.Order());
        await Assert.ThrowsAsync<BadInput>(() => jaga.Ask<CreateBank, BankAnswer>(create => create.Run(new(new() { Name = "x" }, BankOrigin.Decisions), BankScene.Operator, default)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_call_adds_all_its_signals_or_none(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank();
        var wrong = await Assert.ThrowsAsync<BadInput>(() => Add(jaga, bank, new(BankScene.Pdq(1), "pdq", 90), new("zz", "md5"), new(BankScene.Pdq(2), "pdq", 200)));
        Assert.Equal(["signals[1].hash", "signals[2].quality"], wrong.Problems.Keys.Order());
        Assert.Equal(0, await jaga.Size(bank));

        var answer = await Add(jaga, bank, new(BankScene.Pdq(1), "pdq", 90), new(BankScene.Md5(1)), new(BankScene.Pdq(1).ToUpperInvariant(), "PDQ"));
        Assert.Equal((2, 1), (answer.Added, answer.Duplicates));
        var batches = await jaga.Ask<ReadBatches, Page<ReadBatches.Row>>(read => read.Run(bank.Id, new(null, null), default));
        Assert.Equal(("by hand", 2, "staff:tester"), batches.Rows.Select(b => (b.Source, b.Added, b.MadeBy)).Single());
        Assert.Equal(2, await jaga.Size(bank));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_removed_signal_stays_on_record_and_may_come_again(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank();
        await Add(jaga, bank, new AddSignals.Written(BankScene.Pdq(1), "pdq"));
        var signal = Assert.Single(await jaga.Signals(bank));

        await Remove(jaga, bank, signal.Id, "a false positive");
        Assert.Empty(await jaga.Signals(bank));
        Assert.Equal(0, await jaga.Size(bank));
        await Assert.ThrowsAsync<RuleBroken>(() => Remove(jaga, bank, signal.Id, "again"));
        await Assert.ThrowsAsync<NotFound>(() => Remove(jaga, bank, 4711, "never was"));

        Assert.Equal(1, (await Add(jaga, bank, new AddSignals.Written(BankScene.Pdq(1), "pdq"))).Added);
        Assert.NotEqual(signal.Id, Assert.Single(await jaga.Signals(bank)).Id);
        await jaga.Do(async db =>
        {
            Assert.Equal(2, await db.Signals.CountAsync());
            Assert.Equal("a false positive", (await db.AuditLines.SingleAsync(l => l.Action == "signal.removed")).Why);
        });
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_was_decided_is_set_aside_in_the_decisions_transaction_and_taken_back_by_an_appeal(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var decided = new Subject("case", "c-1");
        NewSignal[] signals = [new(SignalType.Pdq, Convert.FromHexString(BankScene.Pdq(1)), 90), new(SignalType.Md5, Convert.FromHexString(BankScene.Md5(1)))];

        await Decide(commit: false);
        await jaga.Do(async db => Assert.False(await db.Banks.AnyAsync()));
        await Decide(commit: true);
        await Decide(commit: true);
        var bank = Assert.Single((await jaga.Ask<ReadBanks, Page<BankAnswer>>(b => b.Run(new(null, null), default))).Rows);
        Assert.Equal(("Decided here: terrorism", BankOrigin.Decisions, 2), (bank.Name, bank.Origin, bank.Signals));
        Assert.All(await jaga.Signals(bank), s => Assert.Equal("case/c-1", s.Entry));
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Import(bank, BankScene.Csv(1)));

        await jaga.Ask<Db, bool>(async _ =>
        {
            await using var scope = jaga.Services.CreateAsyncScope();
            await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
            Assert.Equal(2, await scope.ServiceProvider.GetRequiredService<SetAside>().TakeBack(decided, "the appeal was right", BankScene.Operator, default));
            await transaction.Commit(default);
            return true;
        });
        Assert.Equal(0, await jaga.Size(bank));

        async Task Decide(bool commit)
        {
            await using var scope = jaga.Services.CreateAsyncScope();
            await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
            await scope.ServiceProvider.GetRequiredService<SetAside>().Add("terrorism", signals, decided, BankScene.Operator, default);
            if (commit)
            {
                await transaction.Commit(default);
            }
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Pages_of_signals_hold_each_once(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank();
        await jaga.Import(bank, BankScene.Csv(25) + $"{BankScene.Md5(1)},md5,\n");
        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = await jaga.Ask<ReadSignals, Page<ReadSignals.Row>>(read => read.Run(bank.Id, new(after, 10), default));
            seen.AddRange(page.Rows.Select(r => r.Hash));
            after = page.Next;
        }
        while (after is not null);
        Assert.Equal(26, seen.Count);
        Assert.Equal(26, seen.Distinct().Count());
        var one = await jaga.Ask<ReadSignals, IReadOnlyList<ReadSignals.Row>>(read => read.Find(bank.Id, BankScene.Pdq(7), default));
        Assert.Equal(BankScene.Pdq(7), Assert.Single(one).Hash);
    }

    private static Task<AddSignals.Answer> Add(JagaHost jaga, BankAnswer bank, params AddSignals.Written[] signals) =>
        jaga.Ask<AddSignals, AddSignals.Answer>(add => add.Run(bank.Id, new("by hand", signals), BankScene.Operator, default));

    private static Task Remove(JagaHost jaga, BankAnswer bank, long signal, string why) => jaga.Ask<RemoveSignal, bool>(async remove =>
    {
        await remove.Run(bank.Id, signal, new(why), BankScene.Operator, default);
        return true;
    });
}
