using System.Security.Cryptography;
using System.Xml.Linq;
using Jaga.Audit;
using Jaga.Evidence;
using Jaga.Obligations;
using Jaga.Referrals.CyberTip;

namespace Jaga.Referrals;

/// <summary>
/// Takes one signed referral as far as it goes: open, upload each file, tell about each, finish; or take it back. Each step is a call outside any transaction,
/// then one transaction that keeps the call word for word and moves the row on. Killed between the two, the step is done again: a report that was opened and
/// not noted stays unfinished and is deleted by NCMEC; a file that was sent twice lies there twice; finishing twice is answered with 5102, "already so".
/// </summary>
public sealed class SendReferral(Db db, TipClient client, TipLinks links, Vault vault, MasterKey master, AuditLog audit, Duties duties, JudgeAnswer judge, TimeProvider clock)
{
    private static readonly Actor Me = Actor.System("referrals");

    /// <summary>Goes on until nothing more can be done now. The caller holds the lease as <paramref name="me"/>.</summary>
    public async Task Run(Id<Referral> id, Guid me, CancellationToken ct)
    {
        while (await Step(id, me, ct))
        {
        }
    }

    // One step. True when the next may follow at once.
    private async Task<bool> Step(Id<Referral> id, Guid me, CancellationToken ct)
    {
        var referral = await db.Referrals.AsNoTracking().SingleAsync(r => r.Id == id, ct);
        var now = clock.GetUtcNow();
        if (referral.LeasedBy != me || referral.DueAt is null || referral.DueAt > now)
        {
            return false;
        }

        if (await links.Of(referral.Production, ct) is not { } link)
        {
            return await Move(referral, null, r => judge.Halt(r, "There is no account with NCMEC yet to send it with.", "Belum ada akun NCMEC untuk mengirimkannya.", ct), ct);
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
            return await Move(referral, null, r => judge.Reopen(r, "Its time at NCMEC was over before it was finished."), ct);
        }

        return files.Find(f => f.FileId is null) is { } unsent ? await Upload(referral, unsent, link, ct)
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

        if (schema.Wrong(document) is { Count: > 0 } faults)
        {
            return await Move(referral, null, r => judge.Halt(r, $"NCMEC's schema refuses it: {faults[0].Field}: {faults[0].Reason}", $"Skema NCMEC menolaknya: {faults[0].Field}: {faults[0].Reason}", ct), ct);
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

    private async Task<bool> Upload(Referral referral, ReferralFile file, TipLink link, CancellationToken ct)
    {
        Stream bytes;
        try
        {
            bytes = await vault.Open(file.Evidence, Me, $"Upload to NCMEC, report {referral.ReportId}.", ct);
        }
        catch (Exception gone) when (gone is EvidenceAltered or RuleBroken or NotFound)
        {
            return await Move(referral, null, r => judge.Halt(r, $"File {file.Number} cannot be read from the vault: {gone.Message}", $"Berkas {file.Number} tidak dapat dibaca dari brankas: {gone.Message}", ct), ct);
        }

        TipCall sent;
        await using (bytes)
        {
            sent = await client.Upload(link, referral.ReportId!.Value, file.SentAs, file.Length, bytes, ct);
        }

        return await Move(referral, sent, async r =>
        {
            var answer = sent.Answer;
            if (answer is not { Outcome: TipOutcome.Done, FileId: { } there })
            {
                await judge.Run(r, sent, $"NCMEC did not take file {file.Number}", ct);
            }
            else if (answer.Md5 is not null && !CryptographicOperations.FixedTimeEquals(System.Text.Encoding.ASCII.GetBytes(answer.Md5), System.Text.Encoding.ASCII.GetBytes(file.Md5)))
            {
                // What lies there now is not what was sealed. A clean report is opened; the spoilt one is never finished, and NCMEC deletes it.
                audit.Record(Me, "referral.file-garbled", r.Subject, details: new { file.Number, ours = file.Md5, theirs = answer.Md5 });
                await judge.Reopen(r, $"NCMEC received other bytes of file {file.Number} than were sent.");
                r.Failed(clock.GetUtcNow() + Backoff.After(r.Failures + 1));
            }
            else if (await db.ReferralFiles.AnyAsync(f => f.Referral == r.Id && f.FileId == there, ct))
            {
                await judge.Halt(r, $"NCMEC gave file {file.Number} the name of another file of this report, {there}.", $"NCMEC memberi berkas {file.Number} nama berkas lain dalam laporan ini, {there}.", ct);
            }
            else if (answer.Md5 is null)
            {
                await judge.Halt(r, $"NCMEC took file {file.Number} and did not say which bytes it received.", $"NCMEC menerima berkas {file.Number} tanpa menyebut bita yang diterimanya.", ct);
            }
            else
            {
                (await db.ReferralFiles.SingleAsync(f => f.Id == file.Id, ct)).Uploaded(there, clock.GetUtcNow());
                r.Touched(clock.GetUtcNow());
                audit.Record(Me, "referral.file-uploaded", r.Subject, details: new { file.Number, fileId = there, md5 = file.Md5 });
            }
        }, ct);
    }

    private async Task<bool> Describe(Referral referral, ReferralFile file, TipLink link, CancellationToken ct)
    {
        var told = await client.FileInfo(link, TipXml.FileDetails(referral.ReportId!.Value, file.FileId!, file.Details(master)), ct);
        return await Move(referral, told, async r =>
        {
            if (told.Answer.Outcome is TipOutcome.Done)
            {
                (await db.ReferralFiles.SingleAsync(f => f.Id == file.Id, ct)).Described(clock.GetUtcNow());
                r.Touched(clock.GetUtcNow());
                audit.Record(Me, "referral.file-described", r.Subject, details: new { file.Number });
            }
            else if (told.Answer.Code == 5002)
            {
                (await db.ReferralFiles.SingleAsync(f => f.Id == file.Id, ct)).Forget();
                r.Failed(clock.GetUtcNow() + Backoff.After(r.Failures + 1));
                audit.Record(Me, "referral.file-lost", r.Subject, "NCMEC knows no such file (5002); it is sent again.", new { file.Number });
            }
            else
            {
                await judge.Run(r, told, $"NCMEC did not take the details of file {file.Number}", ct);
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
            else if (done.Answer.Outcome is TipOutcome.Done && missing.Count > 0)
            {
                await judge.Halt(r, $"NCMEC finished the report without {missing.Count} of its files.", $"NCMEC menyelesaikan laporan tanpa {missing.Count} berkasnya.", ct);
            }
            else if (done.Answer.Outcome is TipOutcome.Done or TipOutcome.AlreadyFinished)
            {
                await Finished(r, done.Answer, files, ct);
            }
            else
            {
                await judge.Run(r, done, "NCMEC did not finish the report", ct);
            }
        }, ct);
    }

    private async Task Finished(Referral referral, TipAnswer answer, List<ReferralFile> files, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        referral.Finished(now);
        var more = (answer.Files ?? []).Except(files.Select(f => f.FileId!)).Count();
        audit.Record(Me, "referral.finished", referral.Subject, answer.Says, new { referral.ReportId, referral.Production, files = files.Count, copiesMore = more, answer.Code });
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

    private async Task<bool> Retract(Referral referral, TipLink link, CancellationToken ct)
    {
        if (referral.State is ReferralState.Countersigned)
        {
            return await Move(referral, null, async r =>
            {
                r.Retracted(clock.GetUtcNow());
                audit.Record(Me, "referral.retracted", r.Subject, "NCMEC never had it.");
                await duties.CancelAll(r.Subject, r.RetractBecause!, Me, ct);
            }, ct);
        }

        var back = await client.Retract(link, referral.ReportId!.Value, ct);
        return await Move(referral, back, async r =>
        {
            if (back.Answer.Outcome is TipOutcome.Done or TipOutcome.AlreadyRetracted or TipOutcome.Expired)
            {
                r.Retracted(clock.GetUtcNow());
                audit.Record(Me, "referral.retracted", r.Subject, back.Answer.Says, new { r.ReportId, back.Answer.Code });
                await duties.CancelAll(r.Subject, r.RetractBecause!, Me, ct);
            }
            else if (back.Answer.Outcome is TipOutcome.AlreadyFinished)
            {
                // Finished before it could be taken back. That it is finished is believed only after the call to finish, which comes next.
                r.TooLateToRetract(clock.GetUtcNow());
                audit.Record(Me, "referral.retract-too-late", r.Subject, back.Answer.Says, new { r.ReportId });
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
