using System.Text;
using Jaga.Banks;
using Jaga.Banks.Files;

namespace Jaga.Tests.Banks;

public sealed class ImportSignalsTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_good_file_is_kept_whole_with_its_provenance_and_one_audit_line(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank();

        var report = await jaga.Import(bank, $"hash,algorithm,quality,labels,entry,member\n{BankScene.Pdq(1).ToUpperInvariant()},PDQ,88,Bridge|Wide,E-1,house\n{BankScene.Md5(2)},md5,,,E-2,\n");

        Assert.Equal((true, 3L, 2, 0L, 2, 0), (report.Kept, report.Lines, report.Good, report.Bad, report.Added, report.Duplicates));
        var rows = await jaga.Signals(bank);
        Assert.Equal([(SignalType.Md5, BankScene.Md5(2), (int?)null, "E-2", ""), (SignalType.Pdq, BankScene.Pdq(1), 88, "E-1", "house")], rows.Select(r => (r.Algorithm, r.Hash, r.Quality, r.Entry, r.Member)));
        Assert.Equal(["bridge", "wide"], rows[1].Labels);
        Assert.Equal(2, await jaga.Size(bank));
        await jaga.Do(async db =>
        {
            var line = await db.AuditLines.SingleAsync(l => l.Action == "bank.imported");
            Assert.Contains(report.Digest, line.Details);
            Assert.Contains("\"added\":2", line.Details);
            Assert.Equal("list.csv", line.Why);
        });
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Bad_lines_are_told_with_number_field_and_reason_and_nothing_is_kept(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank();
        var good = BankScene.Pdq(1);

        var report = await jaga.Import(bank, $"hash,algorithm,quality,labels,entry\n{good},pdq,90,,a\n{good[1..]},pdq,90,,b\n{good[..63]}g,pdq,90,,c\n\n{good},pdqf,90,,d\n{good},pdq,101,,e\n{good},,90,,f\n{good},pdq,90\n{new string('0', 64)},pdq,0,,g\n\"{good},pdq,90,,h\n,pdq,90,,i\n{good},pdq,90,no way!,j\nd41d8cd98f00b204e9800998ecf8427e,md5,,,k\n");

        Assert.Equal(
            [
                new(3, "hash", "This is 63 characters; pdq is 64 hexadecimal digits."),
                new(4, "hash", "'g' is not a hexadecimal digit."),
                new(6, "algorithm", "'pdqf' is not an algorithm known here: pdq, md5, sha1, sha256, vpdq, text, textsha256, url, photodna and external."),
                new(7, "quality", "'101' is not a whole number from 0 to 100."),
                new(8, "algorithm", "64 digits may be PDQ or SHA-256. Name the algorithm."),
                new(9, "line", "This line has 3 fields; the first line has 5."),
                new(10, "hash", "All zeros: what a tool writes for a picture that it could not read."),
                new(11, "line", "The quotation mark at column 1 is not closed on this line."),
                new(12, "hash", "There is no hash."),
                new(13, "labels", LabelWords.Rule),
                new(14, "hash", "This is the digest of an empty file, and would match every one."),
            ],
            report.Problems);
        Assert.Equal((false, 14L, 1, 11L, 0), (report.Kept, report.Lines, report.Good, report.Bad, report.Added));
        Assert.Empty(await jaga.Signals(bank));
        await jaga.Do(async db => Assert.False(await db.AuditLines.AnyAsync(l => l.Action == "bank.imported")));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Good_lines_beside_bad_ones_are_kept_only_if_the_operator_says_so(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank();
        var file = $"{BankScene.Pdq(1)},pdq\nabc,pdq\n{BankScene.Md5(2)},md5\n";

        Assert.False((await jaga.Import(bank, file)).Kept);
        Assert.Equal(0, await jaga.Size(bank));

        var report = await jaga.Import(bank, file, skipBad: true);
        Assert.Equal((true, 2, 1L, 2), (report.Kept, report.Good, report.Bad, report.Added));
        Assert.Equal(new LineProblem(2, "hash", "This is 3 characters; pdq is 64 hexadecimal digits."), Assert.Single(report.Problems));
        Assert.Equal(2, await jaga.Size(bank));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_bad_line_at_the_end_of_a_hundred_thousand_changes_nothing(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank();

        var report = await jaga.Import(bank, BankScene.Csv(99_998) + "xyz,pdq,90\n");

        Assert.Equal((false, 99_998, 1L), (report.Kept, report.Good, report.Bad));
        Assert.Equal(100_000, Assert.Single(report.Problems).Line);
        await jaga.Do(async db =>
        {
            Assert.False(await db.Signals.AnyAsync());
            Assert.False(await db.SignalBatches.AnyAsync());
        });
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Duplicates_in_the_file_and_in_the_bank_are_counted_and_are_no_errors(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank();
        await jaga.Import(bank, BankScene.Csv(3));

        var report = await jaga.Import(bank, BankScene.Csv(5) + BankScene.Csv(2, 3)["hash,algorithm,quality\n".Length..]);

        Assert.Equal((true, 7, 2, 5), (report.Kept, report.Good, report.Added, report.Duplicates));
        Assert.Equal(5, await jaga.Size(bank));
        var other = await jaga.Bank("towers");
        Assert.Equal(3, (await jaga.Import(other, BankScene.Csv(3))).Added);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_file_larger_than_one_write_is_kept_whole_and_unseen_until_then(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank();
        const int count = (3 * SignalWriter.Chunk) + 7;
        var seen = new List<long>();

        var report = await jaga.Ask<ImportSignals, ImportReport>(import => import.Run(
            bank.Id, new MemoryStream(Encoding.UTF8.GetBytes(BankScene.Csv(count))), "list.csv", null, false, BankScene.Operator, default,
            new Now(p =>
            {
                if (p.Writing)
                {
#pragma warning disable RS0030 // Asked in the middle of the import, whose progress is told synchronously.
                    seen.Add(Task.Run(async () => await jaga.Size(bank) + (await jaga.Signals(bank)).Count).GetAwaiter().GetResult());
#pragma warning restore RS0030
                }
            })));

        Assert.Equal([0, 0, 0, 0], seen);
        Assert.Equal(count, report.Added);
        Assert.Equal(count, await jaga.Size(bank));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_import_that_is_broken_off_counts_nothing_goes_on_where_it_was_and_does_not_stand_in_the_way(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank();
        using var stop = new CancellationTokenSource();
        var file = Encoding.UTF8.GetBytes(BankScene.Csv(4 * SignalWriter.Chunk));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => jaga.Ask<ImportSignals, ImportReport>(import => import.Run(
            bank.Id, new MemoryStream(file), "list.csv", null, false, BankScene.Operator, stop.Token, new Now(p =>
            {
                if (p.Writing)
                {
                    stop.Cancel();
                }
            }))));

        Assert.Equal(0, await jaga.Size(bank));
        Assert.Empty(await jaga.Signals(bank));
        Assert.False(await jaga.Ask<SweepImports, bool>(sweep => sweep.Run(default)));
        var report = await jaga.Import(bank, file);
        Assert.Equal((SignalWriter.Chunk, 4 * SignalWriter.Chunk), (report.Resumed, report.Added));

        // Another file does not wait for the hour to be over.
        using var again = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => jaga.Ask<ImportSignals, ImportReport>(import => import.Run(
            bank.Id, new MemoryStream(Encoding.UTF8.GetBytes(BankScene.Csv(2 * SignalWriter.Chunk, 50_000))), "list.csv", null, false, BankScene.Operator, again.Token, new Now(p =>
            {
                if (p.Writing)
                {
                    again.Cancel();
                }
            }))));
        var other = await jaga.Import(bank, BankScene.Csv(3, 90_000));
        Assert.Equal((0, 3), (other.Resumed, other.Added));
        await jaga.Do(async db => Assert.False(await db.SignalBatches.AnyAsync(b => b.State != BatchState.Published)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_a_dead_import_left_is_swept_away_and_until_then_another_waits(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank();
        await jaga.Do(async db =>
        {
            // As a process leaves it that was killed between two writes.
            await db.Database.ExecuteSqlAsync($"INSERT INTO signal_batches (number, bank, state, source, digest, made_by, first_signal, reserved, added, removed, started_at, touched_at) VALUES (77, 1, 'Staging', 'x', '', 'y', 1, 10, 0, 0, {db.Time(jaga.Clock.Now)}, {db.Time(jaga.Clock.Now)})");
            await using var transaction = await db.Database.BeginTransactionAsync();
            await new SignalWriter(db).Write([new(SignalType.Pdq, Convert.FromHexString(BankScene.Pdq(1)))], 1, 77, 1, default);
            await transaction.CommitAsync();
        });

        var busy = await Assert.ThrowsAsync<RuleBroken>(() => jaga.Import(bank, BankScene.Csv(3)));
        Assert.Contains("Another file", busy.Message);
        Assert.Empty(await jaga.Signals(bank));

        jaga.Clock.Advance(TimeSpan.FromMinutes(3));
        await jaga.Ask<Db, bool>(async _ =>
        {
            await using var scope = jaga.Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<SweepImports>().Run(default);
        });
        await jaga.Do(async db => Assert.False(await db.Signals.AnyAsync()));
        Assert.Equal(3, (await jaga.Import(bank, BankScene.Csv(3))).Added);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_same_file_goes_on_where_a_dead_import_ended_and_the_dead_one_writes_no_more(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank();
        var file = Encoding.UTF8.GetBytes(BankScene.Csv(3 * SignalWriter.Chunk));
        using var standing = new ManualResetEventSlim();
        var (stands, stood) = (new TaskCompletionSource(), false);
        var dead = Task.Run(() => jaga.Ask<ImportSignals, ImportReport>(import => import.Run(bank.Id, new MemoryStream(file), "list.csv", null, false, BankScene.Operator, default, new Now(p =>
        {
            if (p.Writing && !stood)
            {
                stood = true;
                stands.SetResult();
                standing.Wait();
            }
        }))));
        await stands.Task;
        jaga.Clock.Advance(ImportSignals.Stale + TimeSpan.FromSeconds(1));
        Assert.False(await jaga.Ask<SweepImports, bool>(sweep => sweep.Run(default)));
        Assert.Equal(0, await jaga.Size(bank));

        var report = await jaga.Import(bank, file);
        Assert.Equal((SignalWriter.Chunk, 3 * SignalWriter.Chunk, 0), (report.Resumed, report.Added, report.Duplicates));
        standing.Set();
        Assert.Contains("taken for dead", (await Assert.ThrowsAsync<RuleBroken>(() => dead)).Message);
        Assert.Equal(3 * SignalWriter.Chunk, await jaga.Size(bank));
        await jaga.Do(async db => Assert.Equal(3 * SignalWriter.Chunk, await db.Signals.Select(s => s.Value).Distinct().CountAsync()));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_is_exported_is_imported_as_it_was(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank();
        await jaga.Import(bank, $"hash;algorithm;quality;labels;entry;member\n{BankScene.Pdq(1)};pdq;88;bridge;\"=HYPERLINK(\"\"x\"\"),;\";'tis\n{BankScene.Pdq(1)};sha256;;;'=x; -1\n{BankScene.Md5(3)};md5;;a|b;@é 漢 🌉;\n");
        var before = await jaga.Signals(bank);
        Assert.Equal(3, before.Count);

        foreach (var format in Enum.GetValues<SignalFormat>())
        {
            using var file = new MemoryStream();
            await jaga.Ask<ExportSignals, long>(export => export.Run(bank.Id, format, file, BankScene.Operator, default));
            var copy = await jaga.Bank($"copy as {format}");
            var report = await jaga.Import(copy, file.ToArray());
            Assert.Equal((true, 0L, 3), (report.Kept, report.Bad, report.Added));
            Assert.Equal(before.Select(What), (await jaga.Signals(copy)).Select(What));
            if (format is SignalFormat.Csv)
            {
                // No field begins as a formula does.
                Assert.DoesNotMatch(@"(^|,)""?[=+@-]", Encoding.UTF8.GetString(file.ToArray()));
            }
        }

        await jaga.Do(async db => Assert.Equal(2, await db.AuditLines.CountAsync(l => l.Action == "bank.exported")));

        static (SignalType, string, int?, string, string, string) What(ReadSignals.Row r) => (r.Algorithm, r.Hash, r.Quality, string.Join(' ', r.Labels), r.Entry, r.Member);
    }

    private sealed class Now(Action<ImportProgress> tell) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => tell(value);
    }
}
