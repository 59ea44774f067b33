using Jaga.Audit;
using Jaga.Evidence;
using Jaga.Obligations;
using Jaga.Referrals.CyberTip;

namespace Jaga.Referrals;

/// <summary>
/// Takes one signed referral as far as it goes: open, upload each file, tell about each, finish; or take it back. Each step is a call outside any transaction,
/// then one transaction that keeps the call word for word and moves the row on. Killed between the two, the step is done again: a report that was opened and
/// not noted, or in which a file lies of which nobody knows whether it arrived whole, stays unfinished and is deleted by NCMEC; finishing twice is answered with 5102, "already so".
/// </summary>
public sealed partial class SendReferral(Db db, TipClient client, TipLinks links, Vault vault, MasterKey master, AuditLog audit, Duties duties, JudgeAnswer judge, Lockout lockout, TimeProvider clock)
{
    private static readonly Actor Me = Actor.System("referrals");

    /// <summary>Goes on until nothing more can be done now. The caller holds the lease as <paramref name="me"/>.</summary>
    /// <param name="forFiles">Called before each file: waits for a place among the uploads, and says whether it had to.</param>
    public async Task Run(Id<Referral> id, Guid me, Func<Task<bool>> forFiles, CancellationToken ct)
    {
        while (await Step(id, me, forFiles, ct))
        {
        }
    }

    /// <summary>What was thrown on the way is a failure like any other: tried again later, and told when it goes on. The caller holds the lease as <paramref name="me"/>.</summary>
    public async Task Failed(Id<Referral> id, Guid me, Exception failure, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Begin(ct);
        var referral = await Referral.Hold(db, id, ct);
        if (referral.LeasedBy == me && referral.DueAt is not null)
        {
            await judge.Later(referral, $"Jaga could not work on it: {failure.GetType().Name}.", ct);
        }

        await transaction.Commit(ct);
    }

    // One step. True when the next may follow at once.
    private async Task<bool> Step(Id<Referral> id, Guid me, Func<Task<bool>> forFiles, CancellationToken ct)
    {
        var referral = await db.Referrals.AsNoTracking().SingleAsync(r => r.Id == id, ct);
        var now = clock.GetUtcNow();
        if (referral.LeasedBy != me || referral.DueAt is null || referral.DueAt > now)
        {
            return false;
        }

        if (referral is { RetractBecause: not null, State: ReferralState.Countersigned })
        {
            return await Forgo(referral, ct);
        }

        if (await links.Of(referral.Production, ct) is not { } link)
        {
            return await Move(referral, null, r => judge.Halt(r, "There is no account with NCMEC yet to send it with.", "Belum ada akun NCMEC untuk mengirimkannya.", ct), ct);
        }

        if (await lockout.Until(referral.Production, ct) is { } until)
        {
            return await Wait(referral, until, ct);
        }

        if (referral.RetractBecause is not null)
        {
            return await Retract(referral, link, ct);
        }

        if (referral.State is ReferralState.Countersigned)
        {
            return await Open(referral, link, ct);
        }

        var files = await db.ReferralFiles.AsNoTracking().Where(f => f.Referral == id).OrderBy(f => f.Number).ToListAsync(ct);
        if (referral.ExpiresAt <= now && files.Exists(f => f.DescribedAt is null))
        {
            // NCMEC has deleted it by now; asking would only be told so. Where all was told, it may have been finished without our knowing: then NCMEC is asked.
            return await Move(referral, null, r => judge.Reopen(r, "Its time at NCMEC was over before it was finished.", ct), ct);
        }

        return files.Find(f => f.FileId is null) is { } unsent ? await forFiles() || await Upload(referral, unsent, link, ct)
            : files.Find(f => f.DescribedAt is null) is { } untold ? await Describe(referral, untold, link, ct)
            : await Finish(referral, files, link, ct);
    }

    private async Task<bool> Open(Referral referral, TipLink link, CancellationToken ct)
    {
        var document = TipXml.Report(referral.Says(master));
        var (schema, call) = await links.Schema(referral.Production, link, ct);
        if (schema is null)
        {
            return await Move(referral, call, r => judge.Run(r, call!, "NCMEC's schema could not be read", ct), ct);
        }

        // The files' details too: once the report is open, what the schema refuses of them could only be taken back. Only where it is wrong is told; the schema's own words quote what is sealed.
        var files = await db.ReferralFiles.AsNoTracking().Where(f => f.Referral == referral.Id).OrderBy(f => f.Number).ToListAsync(ct);
        List<string> wrong = [.. schema.Wrong(document).Select(w => w.Field), .. files.SelectMany(f => schema.Wrong(TipXml.FileDetails(0, "0", f.Details(master))).Select(w => $"{f.SentAs}: {w.Field}"))];
        if (wrong.Count > 0)
        {
            var where = string.Join(", ", wrong.Distinct().Take(5));
            return await Move(referral, null, r => judge.Halt(r, $"NCMEC's schema refuses it at {where}.", $"Skema NCMEC menolaknya pada {where}.", ct), ct);
        }

        var opened = await client.Submit(link, document, ct);
        return await Move(referral, opened, async r =>
        {
            if (opened.Answer is { Outcome: TipOutcome.Done, ReportId: { } report })
            {
                r.Opened(report, clock.GetUtcNow());
                audit.Record(Me, "referral.opened", r.Subject, details: new { report, r.Generation, opened.RequestId });
            }
            else
            {
                await judge.Run(r, opened, opened.Answer.Outcome is TipOutcome.Done ? "NCMEC said yes and gave no number" : "NCMEC did not open the report", ct);
            }
        }, ct);
    }

    private async Task<bool> Finish(Referral referral, List<ReferralFile> files, TipLink link, CancellationToken ct)
    {
        var done = await client.Finish(link, referral.ReportId!.Value, ct);
        return await Move(referral, done, async r =>
        {
            var missing = done.Answer.Outcome is TipOutcome.Done ? files.Select(f => f.FileId!).Except(done.Answer.Files ?? []).ToList() : [];
            if (done.Answer.Outcome is TipOutcome.Done && done.Answer.ReportId != r.ReportId)
            {
                await judge.Halt(r, $"NCMEC finished report {done.Answer.ReportId} when {r.ReportId} was meant.", $"NCMEC menyelesaikan laporan {done.Answer.ReportId}, padahal yang dimaksud {r.ReportId}.", ct);
            }
            else if (done.Answer.Outcome is TipOutcome.Done or TipOutcome.AlreadyFinished)
            {
                await Finished(r, done.Answer, files, missing, ct);
            }
            else
            {
                await judge.Run(r, done, "NCMEC did not finish the report", ct);
            }
        }, ct);
    }

    private async Task Finished(Referral referral, TipAnswer answer, List<ReferralFile> files, List<string> missing, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        referral.Finished(now);
        var more = (answer.Files ?? []).Except(files.Select(f => f.FileId!)).Count();
        audit.Record(Me, "referral.finished", referral.Subject, answer.Told, new { referral.ReportId, referral.Production, files = files.Count, missing = missing.Count, copiesMore = more, answer.Code });
        await judge.Over(referral, ct);
        if (missing.Count > 0)
        {
            // It cannot be added to; what is missing goes with a report of its own.
            foreach (var left in await db.ReferralFiles.Where(f => f.Referral == referral.Id && missing.Contains(f.FileId!)).ToListAsync(ct))
            {
                left.Missed(now);
            }

            await judge.Tell(
                referral, new($"NCMEC finished report {referral.ReportId} without {missing.Count} of its files. Follow it up: the follow-up sends them.",
                    $"NCMEC menyelesaikan laporan {referral.ReportId} tanpa {missing.Count} berkasnya. Buat laporan lanjutan: berkas itu dikirim bersamanya."), urgent: true, ct);
        }

        await duties.Keep(referral.Subject, SignReferral.Clause, new("receipt", $"ncmec-{referral.ReportId}"), Me, ct);
        if (referral.Production)
        {
            // One year from the submission, 18 U.S.C. 2258A(h)(1); the objects must not go before.
            var hold = duties.Open(SignReferral.Preserve, referral.Subject, "NCMEC", Me, now);
            var objects = files.Select(f => f.Evidence).ToList();
            foreach (var kept in await db.VaultObjects.Where(o => objects.Contains(o.Id)).ToListAsync(ct))
            {
                kept.KeepAtLeastUntil(hold.DueAt);
                audit.Record(Me, "evidence.kept-longer", kept.Subject, SignReferral.Preserve, new { until = hold.DueAt });
            }
        }
    }

    // What was never opened there is taken back here.
    private Task<bool> Forgo(Referral referral, CancellationToken ct) => Move(referral, null, async r =>
    {
        r.Retracted(clock.GetUtcNow());
        audit.Record(Me, "referral.retracted", r.Subject, "NCMEC never had it.");
        await duties.CancelAll(r.Subject, r.RetractBecause!, Me, ct);
    }, ct);

    // Only its time changes: nothing was done, and there is nothing to record.
    private async Task<bool> Wait(Referral referral, DateTimeOffset until, CancellationToken ct)
    {
        using var turn = await db.WriteAlone(ct);
        await db.Referrals.Where(r => r.Id == referral.Id && r.Version == referral.Version).ExecuteUpdateAsync(set => set.SetProperty(r => r.DueAt, until), ct);
        return false;
    }

    private async Task<bool> Retract(Referral referral, TipLink link, CancellationToken ct)
    {
        var back = await client.Retract(link, referral.ReportId!.Value, ct);
        return await Move(referral, back, async r =>
        {
            if (back.Answer.Outcome is TipOutcome.Done or TipOutcome.AlreadyRetracted or TipOutcome.Expired)
            {
                r.Retracted(clock.GetUtcNow());
                audit.Record(Me, "referral.retracted", r.Subject, back.Answer.Told, new { r.ReportId, back.Answer.Code });
                await duties.CancelAll(r.Subject, r.RetractBecause!, Me, ct);
            }
            else if (back.Answer.Outcome is TipOutcome.AlreadyFinished)
            {
                // Finished before it could be taken back. That it is finished is believed only after the call to finish, which comes next.
                r.TooLateToRetract(clock.GetUtcNow());
                audit.Record(Me, "referral.retract-too-late", r.Subject, back.Answer.Told, new { r.ReportId });
            }
            else
            {
                await judge.Run(r, back, "NCMEC did not take the report back", ct);
            }
        }, ct);
    }

    // Keeps the call and moves the row, if the row still stands where it stood when the call was made; else somebody acted meanwhile and the next turn sees what is true now.
    private async Task<bool> Move(Referral seen, TipCall? call, Func<Referral, Task> move, CancellationToken ct)
    {
        // Read anew: what an earlier step left in memory would hide what a person did since.
        db.ChangeTracker.Clear();
        await using var transaction = await db.Begin(ct);
        var referral = await Referral.Hold(db, seen.Id, ct);
        if (call is not null)
        {
            db.Add(ReferralCall.Of(seen, call, master, clock.GetUtcNow()));
            if (call.Answer.Outcome is not (TipOutcome.Locked or TipOutcome.Later))
            {
                await lockout.End(seen.Production, ct);
            }
        }

        var mine = referral.StandsWhere(seen);
        if (mine)
        {
            await move(referral);
        }

        await transaction.Commit(ct);
        return mine && referral.DueAt <= clock.GetUtcNow();
    }
}
