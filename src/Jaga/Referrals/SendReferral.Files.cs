using System.Security.Cryptography;
using Jaga.Evidence;
using Jaga.Referrals.CyberTip;

namespace Jaga.Referrals;

/// <summary>The steps of one file: its bytes, then what is told about it.</summary>
public sealed partial class SendReferral
{
    private async Task<bool> Upload(Referral referral, ReferralFile file, TipLink link, CancellationToken ct)
    {
        if (file.BegunAt is not null)
        {
            // Killed in the middle, or answered with what says nothing: what lies there now, if anything, was never held against what was sealed.
            return await Move(referral, null, r => judge.Reopen(r, $"Whether file {file.Number} arrived at NCMEC is not known.", ct), ct);
        }

        TipCall sent;
        try
        {
            await Begin(file, ct);
            await using var bytes = await vault.Open(file.Evidence, Me, $"Upload to NCMEC, report {referral.ReportId}.", ct);
            sent = await client.Upload(link, referral.ReportId!.Value, file.SentAs, file.Length, bytes, ct);
        }
        catch (Exception gone) when (gone is EvidenceAltered or RuleBroken or NotFound)
        {
            // Before the first byte or in the middle of them: nothing of an altered file is ever called whole.
            return await NotSent(r => judge.Halt(r, $"File {file.Number} cannot be read from the vault: {gone.Message}", $"Berkas {file.Number} tidak dapat dibaca dari brankas: {gone.Message}", ct));
        }
        catch (IOException away)
        {
            // The vault's keys or its store do not answer: that passes.
            return await NotSent(r => judge.Later(r, $"File {file.Number} cannot be read from the vault now: {away.Message}", ct));
        }

        return await Move(referral, sent, async r =>
        {
            var answer = sent.Answer;
            if (sent.IsUnknown)
            {
                await judge.Reopen(r, $"Whether file {file.Number} arrived at NCMEC is not known: {sent.Told}", ct);
            }
            else if (answer is not { Outcome: TipOutcome.Done, FileId: { } there })
            {
                if (answer.Outcome is not TipOutcome.Done)
                {
                    await NotTaken();
                }

                await judge.Run(r, sent, $"NCMEC did not take file {file.Number}", ct);
            }
            else if (answer.Md5 is not null && !CryptographicOperations.FixedTimeEquals(System.Text.Encoding.ASCII.GetBytes(answer.Md5), System.Text.Encoding.ASCII.GetBytes(file.Md5)))
            {
                // What lies there now is not what was sealed. A clean report is opened; the spoilt one is never finished, and NCMEC deletes it.
                audit.Record(Me, "referral.file-garbled", r.Subject, details: new { file.Number, ours = file.Md5, theirs = answer.Md5 });
                await judge.Reopen(r, $"NCMEC received other bytes of file {file.Number} than were sent.", ct);
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

        async Task NotTaken() => (await db.ReferralFiles.SingleAsync(f => f.Id == file.Id, ct)).NotTaken();

        Task<bool> NotSent(Func<Referral, Task> move) => Move(referral, null, async r =>
        {
            await NotTaken();
            await move(r);
        }, ct);
    }

    // Written down before the first byte leaves: a process that is killed meanwhile leaves it behind.
    private async Task Begin(ReferralFile file, CancellationToken ct)
    {
        using var turn = await db.WriteAlone(ct);
        await db.ReferralFiles.Where(f => f.Id == file.Id).ExecuteUpdateAsync(set => set.SetProperty(f => f.BegunAt, clock.GetUtcNow()), ct);
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
                audit.Record(Me, "referral.file-lost", r.Subject, "NCMEC knows no such file (5002); it is sent again.", new { file.Number });
                await judge.SetBack(r, $"NCMEC knows no file {file.Number} (5002).", ct);
            }
            else
            {
                await judge.Run(r, told, $"NCMEC did not take the details of file {file.Number}", ct);
            }
        }, ct);
    }
}
