using System.Collections.Concurrent;
using Jaga.Evidence;
using Jaga.People;
using Jaga.Referrals;
using Jaga.Server.Sandbox;
using Jaga.Tests.Evidence;
using Microsoft.Extensions.Logging;

namespace Jaga.Tests.Referrals;

/// <summary>What goes wrong again and again on the way to NCMEC: it slows down, is told, and ends with a person, never in a silent round.</summary>
public sealed class SetbackTests
{
    private static readonly byte[] One = EvidenceSteps.Bytes(200_000);

    [Theory, InlineData("/upload", "forgets the report"), InlineData("/upload", "spoils the file"), InlineData("/fileinfo", "forgets the file")]
    public async Task What_NCMEC_loses_or_spoils_again_and_again_waits_for_a_person_from_the_fifth_time_on(string at, string what)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        ncmec.Fault = path =>
        {
            if (path != at)
            {
                return SandboxFault.None;
            }

            switch (what)
            {
                case "forgets the report":
                    ncmec.Reports.Clear();
                    return SandboxFault.None;
                case "forgets the file":
                    Assert.Single(ncmec.Reports.Values).Files.Clear();
                    return SandboxFault.None;
                default:
                    return SandboxFault.WrongDigest;
            }
        };
        var id = await jaga.Draft(null, One);
        await jaga.Sign(id);
        for (var turn = 0; turn < 9; turn++)
        {
            await jaga.SendReferrals();
            jaga.Clock.Advance(TimeSpan.FromMinutes(16));
        }

        Assert.Equal(JudgeAnswer.MostSetbacks, ncmec.Calls.Count(c => c == $"POST {at}"));
        Assert.Contains("5 times", (await jaga.Read(id)).Row.Halted);
        await jaga.Do(async db => Assert.True(await db.Notices.AnyAsync(n => n.Urgent && n.About.Id == id.ToString())));

        ncmec.Fault = _ => SandboxFault.None;
        using var lead = await jaga.As(Role.Lead);
        (await lead.PostAsJsonAsync($"/api/v1/referrals/{id}/retry", new { reason = "NCMEC has mended it." })).EnsureSuccessStatusCode();
        await jaga.SendReferrals();
        Assert.Equal(ReferralState.Finished, (await jaga.Read(id)).Row.State);
    }

    [Fact]
    public async Task A_file_that_turns_out_to_be_altered_while_it_is_sent_stops_its_report()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        var id = await jaga.Draft(null, One);
        await jaga.Sign(id);

        // Its last bytes: the first of it are sent before they are read.
        var file = Assert.Single(jaga.Files());
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[^20] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        await jaga.SendReferrals();

        Assert.Contains("File 1", (await jaga.Read(id)).Row.Halted);
        await jaga.Do(async db => Assert.Null((await db.Referrals.SingleAsync()).LeasedBy));
    }

    [Fact]
    public async Task A_vault_that_does_not_answer_is_asked_again_later_and_told_and_so_is_whatever_else_is_thrown()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        var (away, broken) = (await jaga.Draft(null, One), await jaga.Draft());
        await jaga.Sign(away);
        await jaga.Sign(broken);
        var sealedDraft = await jaga.Ask<Db, byte[]>(db => db.Referrals.Where(r => r.Id == broken).Select(r => r.SealedDraft).SingleAsync());
        await jaga.Do(db => db.Referrals.Where(r => r.Id == broken).ExecuteUpdateAsync(set => set.SetProperty(r => r.SealedDraft, new byte[] { 1, 2, 3 })));
        await jaga.Ask<RotateKeys, RotateKeys.Answer>(rotate => rotate.Run(EvidenceSteps.Somebody, _ => { }, default));
        var keys = Path.Combine(jaga.Data, "keys", "evidence");
        Directory.Move(keys, keys + "-away");
        for (var turn = 1; turn <= 5; turn++)
        {
            await jaga.SendReferrals();
            await jaga.Do(async db => Assert.All(await db.Referrals.ToListAsync(), r => Assert.Equal((turn, null, true), (r.Failures, r.LeasedBy, r.DueAt > jaga.Clock.Now))));
            jaga.Clock.Advance(TimeSpan.FromMinutes(16));
        }

        await jaga.Do(async db => Assert.Equal(2, await db.Notices.CountAsync(n => n.About.Kind == "referral" && n.SaysEn.Contains("does not get through"))));
        Directory.Move(keys + "-away", keys);
        await jaga.Do(db => db.Referrals.Where(r => r.Id == broken).ExecuteUpdateAsync(set => set.SetProperty(r => r.SealedDraft, sealedDraft)));
        await jaga.SendReferrals();
        await jaga.Do(async db => Assert.All(await db.Referrals.ToListAsync(), r => Assert.Equal(ReferralState.Finished, r.State)));
    }

    [Fact]
    public async Task Locked_out_is_told_once_for_the_account_and_one_report_alone_knocks()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        ncmec.Fault = path => path is "/submit" ? SandboxFault.Locked : SandboxFault.None;
        var drafts = new List<Id<Referral>>();
        for (var i = 0; i < 3; i++)
        {
            drafts.Add(await jaga.Draft());
            await jaga.Sign(drafts[^1]);
        }

        await jaga.SendReferrals();
        var first = Submits();
        for (var turn = 1; turn <= 4; turn++)
        {
            jaga.Clock.Advance(Lockout.Every);
            await jaga.SendReferrals();
            await jaga.SendReferrals();
            Assert.Equal(first + turn, Submits());
        }

        await jaga.Do(async db =>
        {
            Assert.Equal(["tip-account"], await db.Notices.Select(n => n.About.Kind).ToListAsync());
            Assert.NotNull((await db.TipAccounts.SingleAsync()).LockedAt);
        });

        // Whoever mended the password need not wait for the next knock.
        ncmec.Fault = _ => SandboxFault.None;
        await jaga.Ask<SteerReferral, bool>(async steer =>
        {
            await steer.Retry(drafts[1], new("The password is right again."), Actor.System("test"), default);
            return true;
        });
        await jaga.SendReferrals();
        Assert.Equal(ReferralState.Finished, (await jaga.Read(drafts[1])).Row.State);
        jaga.Clock.Advance(Lockout.Every);
        await jaga.SendReferrals();
        foreach (var id in drafts)
        {
            Assert.Equal(ReferralState.Finished, (await jaga.Read(id)).Row.State);
        }

        await jaga.Do(async db =>
        {
            Assert.Null((await db.TipAccounts.SingleAsync()).LockedAt);
            Assert.Null((await db.Notices.SingleAsync()).NextCallAt);
        });
        int Submits() => ncmec.Calls.Count(c => c is "POST /submit");
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_report_in_which_a_file_lies_that_nobody_here_heard_of_is_never_finished(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var ncmec = await jaga.Sandbox();
        var uploads = 0;
        ncmec.Fault = path => path is "/upload" && ++uploads == 1 ? SandboxFault.WrongDigest : SandboxFault.None;

        // Whoever was to hear the answer is no longer there when it comes.
        ncmec.Done = path => path is "/upload" && uploads == 1 ? jaga.Do(db => db.Referrals.ExecuteUpdateAsync(set => set.SetProperty(r => r.LeasedBy, Guid.CreateVersion7()))) : Task.CompletedTask;
        var id = await jaga.Draft(null, One);
        await jaga.Sign(id);
        await jaga.SendReferrals();
        await jaga.Do(async db => Assert.Equal((null, true), await db.ReferralFiles.Select(f => new ValueTuple<string?, bool>(f.FileId, f.BegunAt != null)).SingleAsync()));

        for (var turn = 0; turn < 3; turn++)
        {
            jaga.Clock.Advance(TimeSpan.FromMinutes(16));
            await jaga.SendReferrals();
        }

        var (row, finished) = ((await jaga.Read(id)).Row, Assert.Single(ncmec.Reports.Values, r => r.FinishedAt is not null));
        Assert.Equal((ReferralState.Finished, 2, finished.Id), (row.State, row.Generation, row.ReportId!.Value));
        Assert.Equal([Md5(One)], finished.Files.Values.Select(f => f.Md5));
        Assert.Equal([new string('0', 32)], Assert.Single(ncmec.Reports.Values, r => r.FinishedAt is null).Files.Values.Select(f => f.Md5));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_NCMEC_finished_without_a_file_says_so_and_its_follow_up_sends_that_file_alone(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var ncmec = await jaga.Sandbox();
        ncmec.Fault = path =>
        {
            if (path is "/finish" && ncmec.Reports.Count == 1)
            {
                var files = ncmec.Reports.Values.Single().Files;
                files.Remove(files.Values.Single(f => f.Md5 == Md5(One)).Id, out _);
            }

            return SandboxFault.None;
        };
        var id = await jaga.Draft(null, One, EvidenceSteps.Bytes(3_000, 2));
        await jaga.Finish(id);

        Assert.Equal([true, false], (await jaga.Read(id)).Files.Select(f => f.MissedAt is not null));
        await jaga.Do(async db => Assert.True(await db.Notices.AnyAsync(n => n.Urgent && n.SaysEn.Contains("without 1 of its files"))));
        var next = await jaga.Ask<FollowUpReferral, Id<Referral>>(follow => follow.Run(id, new("The file that was left out."), Actor.System("test"), default));
        await jaga.Finish(next);
        Assert.Equal([Md5(One)], ncmec.Reports[(await jaga.Read(next)).Row.ReportId!.Value].Files.Values.Select(f => f.Md5));
    }

    [Fact]
    public async Task A_long_upload_keeps_no_other_report_from_being_finished()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite, null, ("Referrals:AtOnce", "1"));
        await using var ncmec = await jaga.Sandbox();
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ncmec.Done = path => path is "/upload" ? enough.Task : Task.CompletedTask;
        var (slow, quick) = (await jaga.Draft(null, One), await jaga.Draft());
        await jaga.Sign(slow);
        await jaga.Sign(quick);
        var sendings = jaga.Services.GetRequiredService<Sendings>();
        var uploading = sendings.Begin(slow);
        await Poll.Until(() => Task.FromResult(ncmec.Calls.Contains("POST /upload")), "the file is on its way");

        var finishing = sendings.Begin(quick);
        await Poll.Until(() => Task.FromResult(finishing.IsCompleted), "the report without a file is through");
        Assert.Equal(ReferralState.Finished, (await jaga.Read(quick)).Row.State);
        enough.SetResult();
        await uploading;
        Assert.Equal(ReferralState.Finished, (await jaga.Read(slow)).Row.State);
    }

    [Fact]
    public async Task A_lease_that_could_not_be_renewed_once_is_renewed_again_and_one_that_is_lost_ends_the_upload()
    {
        using var log = new Lines();
        await using var jaga = await JagaHost.Start(Store.Sqlite, builder => builder.Logging.AddProvider(log), ("Referrals:Lease", "00:00:01"));
        await using var ncmec = await jaga.Sandbox();
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ncmec.Done = path => path is "/upload" ? enough.Task : Task.CompletedTask;
        var id = await jaga.Draft(null, One);
        await jaga.Sign(id);
        var uploading = jaga.Services.GetRequiredService<Sendings>().Begin(id);
        await Poll.Until(() => Task.FromResult(ncmec.Calls.Contains("POST /upload")), "the file is on its way");

        // A renewal that finds no such column fails; the next must not be the one that never comes.
        await jaga.Do(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE referrals RENAME COLUMN leased_until TO away"));
        await Poll.Until(() => Task.FromResult(log.All.Any(l => l.Contains("could not be renewed", StringComparison.Ordinal))), "a renewal failed");
        await jaga.Do(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE referrals RENAME COLUMN away TO leased_until"));
        jaga.Clock.Advance(TimeSpan.FromMilliseconds(500));
        var until = jaga.Clock.Now + TimeSpan.FromSeconds(1);
        await Poll.Until(async () => await jaga.Ask<Db, bool>(db => db.Referrals.AnyAsync(r => r.LeasedUntil == until)), "the lease is renewed again");

        await jaga.Do(db => db.Referrals.ExecuteUpdateAsync(set => set.SetProperty(r => r.LeasedBy, Guid.CreateVersion7())));
        await Poll.Until(() => Task.FromResult(uploading.IsCompleted), "the upload has ended");
        enough.SetResult();
        await jaga.Do(async db => Assert.Equal((ReferralState.Opened, 0), await db.Referrals.Select(r => new ValueTuple<ReferralState, int>(r.State, r.Failures)).SingleAsync()));
    }

#pragma warning disable CA5351 // NCMEC compares by MD5.
    private static string Md5(byte[] bytes) => Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(bytes));
#pragma warning restore CA5351

    /// <summary>What was logged.</summary>
    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                All.Enqueue(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
