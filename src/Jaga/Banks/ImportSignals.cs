using System.Security.Cryptography;
using Jaga.Audit;
using Jaga.Banks.Files;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Banks;

/// <summary>How far an import is.</summary>
/// <param name="Writing">False while the file is read through and checked, true while its signals are written.</param>
/// <param name="Done">Bytes read in this pass.</param>
/// <param name="Total">Bytes of the file.</param>
public readonly record struct ImportProgress(bool Writing, long Done, long Total);

/// <summary>
/// Takes a file of signals (CSV or JSON Lines) into a bank: all of it or nothing. The file is read through once and, if it is good, a second time and written;
/// bad lines are listed, and good ones are kept beside them only if the operator says so. Whatever broke it off, the same file goes on where it was, for an hour.
/// </summary>
public sealed class ImportSignals(Db db, AuditLog audit, Changes changes, TimeProvider clock)
{
    /// <summary>Silence after which the writer of an unpublished batch is taken for dead.</summary>
    internal static readonly TimeSpan Stale = TimeSpan.FromMinutes(2);

    /// <summary>How long what an import wrote that broke off waits for the same file to go on.</summary>
    internal static readonly TimeSpan Resumable = TimeSpan.FromHours(1);

    /// <summary>Signals held in memory and sorted at a time, some 40 MB of them.</summary>
    private const int Window = 200_000;

    private readonly SignalWriter _writer = new(db);

    /// <param name="file">Seekable; read from its start, twice.</param>
    /// <param name="source">The file's name, for the record.</param>
    /// <param name="usual">What an entry is that does not name its algorithm.</param>
    /// <param name="skipBad">Keep the good lines of a file that has bad ones.</param>
    /// <exception cref="NotFound">No such bank.</exception>
    /// <exception cref="RuleBroken">The bank takes no files, or takes one just now.</exception>
    /// <exception cref="BadInput">The source's name is too long.</exception>
    public async Task<ImportReport> Run(Id<Bank> id, Stream file, string source, SignalType? usual, bool skipBad, Actor actor, CancellationToken ct, IProgress<ImportProgress>? progress = null)
    {
        if (source.Length > SignalText.MaxReference)
        {
            throw new BadInput("source", $"The source's name has at most {SignalText.MaxReference} characters.");
        }

        var bank = await db.Banks.SingleOrDefaultAsync(b => b.Id == id, ct) ?? throw new NotFound("such bank");
        if (bank.Origin is BankOrigin.Decisions)
        {
            throw new RuleBroken("This bank holds what was decided here and fills itself. Import the file into a bank of its own.");
        }

        var report = Check(bank, file, usual, ct, progress);
        if (report.Good == 0 || (report.Bad > 0 && !skipBad))
        {
            return report;
        }

        var batch = await Claim(bank, report, source, usual?.Word() ?? "", actor, ct);
        report = report with { Resumed = batch.Written };
        try
        {
            await Write(batch, file, usual, ct, progress);
            return await Publish(bank, batch, report with { Kept = true, Batch = batch.Number, Added = batch.Added, Duplicates = report.Good - batch.Added }, actor, ct);
        }
        catch (TakenOver over)
        {
            throw new RuleBroken(over.Message);
        }
        catch (Exception failure)
        {
            db.ChangeTracker.Clear();
            await (failure is RuleBroken || batch.Written == 0 ? _writer.Discard(batch, CancellationToken.None) : _writer.LetGo(batch, clock.GetUtcNow() - Stale - TimeSpan.FromSeconds(1)));
            throw;
        }
    }

    private static ImportReport Check(Bank bank, Stream file, SignalType? usual, CancellationToken ct, IProgress<ImportProgress>? progress)
    {
        file.Position = 0;
        var digest = Convert.ToHexStringLower(SHA256.HashData(file));
        file.Position = 0;
        var entries = new SignalFile(file, usual);
        var problems = new List<LineProblem>();
        var (good, bad, low) = (0, 0L, 0);
        foreach (var (signal, problem) in entries.Entries())
        {
            if (problem is { } one)
            {
                bad++;
                if (problems.Count < ImportReport.MaxListed)
                {
                    problems.Add(one);
                }
            }
            else
            {
                good++;
                low += signal.Type is SignalType.Pdq && signal.Quality < bank.MinQuality ? 1 : 0;
            }

            if ((good + bad) % SignalWriter.Chunk == 0)
            {
                ct.ThrowIfCancellationRequested();
                progress?.Report(new(false, entries.Position, file.Length));
            }
        }

        if (good == 0 && bad == 0)
        {
            (bad, problems) = (1, [new(entries.Line, "file", "There is no entry in this file.")]);
        }

        return new() { Lines = entries.Line, Good = good, Bad = bad, BelowQuality = low, Problems = problems, Ignored = entries.Ignored, Digest = digest };
    }

    // The batch is claimed outside the use case's own transaction: an idempotent answer belongs to the end of the act, not to its beginning.
    private async Task<SignalBatch> Claim(Bank bank, ImportReport report, string source, string reading, Actor actor, CancellationToken ct)
    {
        var dead = clock.GetUtcNow() - Stale;
        if (await db.SignalBatches.AsNoTracking().SingleOrDefaultAsync(b => b.Bank == bank.Number && b.State != BatchState.Published && b.TouchedAt < dead, ct) is { } left)
        {
            if (await TakeOver(left, report, reading, ct) is { } resumed)
            {
                return resumed;
            }

            await _writer.Discard(left, ct);
        }

        using var turn = await db.WriteAlone(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var now = clock.GetUtcNow();
        var batch = new SignalBatch
        {
            Number = await BankCounter.Take(db, "batch", 1, ct),
            Bank = bank.Number,
            Source = source,
            Digest = report.Digest,
            MadeBy = actor.ToString(),
            FirstSignal = await BankCounter.Take(db, "signal", report.Good, ct),
            Reserved = report.Good,
            Reading = reading,
            StartedAt = now,
            TouchedAt = now,
        };
        db.Add(batch);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException twice) when (twice.IsDuplicate())
        {
            db.ChangeTracker.Clear();
            throw new RuleBroken("Another file is being imported into this bank. Wait until it is done.");
        }

        await transaction.CommitAsync(ct);
        return batch;
    }

    // The same file, read the same way: what it wrote before its process died is kept, and the rest follows.
    private async Task<SignalBatch?> TakeOver(SignalBatch left, ImportReport report, string reading, CancellationToken ct)
    {
        if (left.State is not BatchState.Staging || left.Written == 0 || left.Digest != report.Digest || left.Reading != reading || left.Reserved != report.Good)
        {
            return null;
        }

        using var turn = await db.WriteAlone(ct);
        var now = clock.GetUtcNow();
        return await db.SignalBatches.Where(b => b.Number == left.Number && b.State == BatchState.Staging && b.TouchedAt == left.TouchedAt).ExecuteUpdateAsync(set => set.SetProperty(b => b.TouchedAt, now), ct) == 1
            ? await db.SignalBatches.SingleAsync(b => b.Number == left.Number, ct)
            : null;
    }

    private async Task Write(SignalBatch batch, Stream file, SignalType? usual, CancellationToken ct, IProgress<ImportProgress>? progress)
    {
        file.Position = 0;
        var entries = new SignalFile(file, usual);
        var (next, written) = (batch.FirstSignal, batch.FirstSignal + batch.Written);
        foreach (var window in entries.Entries().Where(e => e.Problem is null).Select(e => e.Signal).Chunk(Window))
        {
            // Hashes come in no order. Sorted, those of one write stand side by side in the index of values, and far fewer of its pages are written.
            Array.Sort(window, (a, b) => a.Type != b.Type ? a.Type.CompareTo(b.Type) : a.Value.Span.SequenceCompareTo(b.Value.Span));
            foreach (var chunk in window.Chunk(SignalWriter.Chunk))
            {
                if (next >= written)
                {
                    await Write(batch, chunk, next, ct);
                }

                next += chunk.Length;
                progress?.Report(new(true, entries.Position, file.Length));
            }
        }

        file.Position = 0;
        if (next != batch.FirstSignal + batch.Reserved || Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct)) != batch.Digest)
        {
            throw new RuleBroken("The file changed while it was read. Nothing was kept.");
        }
    }

    private async Task Write(SignalBatch batch, NewSignal[] chunk, long firstId, CancellationToken ct)
    {
        if (firstId + chunk.Length > batch.FirstSignal + batch.Reserved)
        {
            throw new RuleBroken("The file changed while it was read. Nothing was kept.");
        }

        using var turn = await db.WriteAlone(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var (now, before, after) = (clock.GetUtcNow(), batch.Written, batch.Written + chunk.Length);
        var added = batch.Added + await _writer.Write(chunk, batch.Bank, batch.Number, firstId, ct);

        // How far it came is written with what it wrote; only one writer can be the one that came this far.
        if (await db.SignalBatches.Where(b => b.Number == batch.Number && b.State == BatchState.Staging && b.Written == before).ExecuteUpdateAsync(
            set => set.SetProperty(b => b.TouchedAt, now).SetProperty(b => b.Written, after).SetProperty(b => b.Added, added), ct) == 0)
        {
            throw new TakenOver();
        }

        await transaction.CommitAsync(ct);
        (batch.Written, batch.Added, batch.TouchedAt) = (after, added, now);
    }

    private async Task<ImportReport> Publish(Bank bank, SignalBatch batch, ImportReport report, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        batch.Publish(report.Added, clock.GetUtcNow());
        audit.Record(actor, "bank.imported", bank.Subject, batch.Source, new { batch = batch.Number, report.Lines, report.Added, report.Duplicates, report.Bad, report.Digest });
        changes.Stamp(seq => batch.PublishedSeq = seq);
        return await transaction.Commit(report, ct);
    }

    /// <summary>
    /// <c>POST /banks/{id}/import?source=NAME&amp;algorithm=pdq&amp;skipBad=true</c>, the body being the file itself (<c>text/csv</c> or <c>application/x-ndjson</c>).
    /// 200 with the report; 422 with it, listing the bad lines, where nothing was kept.
    /// </summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/banks/{id}/import", async Task<Results<Ok<ImportReport>, ProblemHttpResult>> (
            Id<Bank> id, string? source, string? algorithm, bool? skipBad, HttpRequest request, ImportSignals import, Actor actor, CancellationToken ct) =>
        {
            var usual = SignalTypes.Named(algorithm);
            await using var file = await Spool(request, ct);
            var report = await import.Run(id, file, source ?? "upload", usual, skipBad ?? false, actor, ct);
            return report.Kept ? TypedResults.Ok(report) : TypedResults.Problem(
                statusCode: StatusCodes.Status422UnprocessableEntity,
                type: "urn:jaga:bad-lines",
                title: "The file has lines that cannot be read.",
                detail: $"{report.Bad} lines cannot be read, {report.Good} can. Nothing was kept.{(report.Good > 0 ? " With skipBad=true the good ones are." : "")}",
                extensions: new Dictionary<string, object?> { ["report"] = report });
        })
        .Accepts<Stream>("text/csv", "text/plain", "application/x-ndjson")
        .WithMetadata(new RequestSizeLimitAttribute(MaxUpload))
        .Requires(Permission.EditBanks)
        .WithName("ImportSignals").WithSummary("Import a file of signals into a bank, whole or not at all");

    /// <summary>Bytes in an uploaded file: some thirty million lines. Larger ones go by the command line, which reads them where they lie.</summary>
    private const long MaxUpload = 4L * 1024 * 1024 * 1024;

    // The file is read twice, so it waits on disk; the name is gone at once, and the bytes with the handle.
    private static async Task<FileStream> Spool(HttpRequest request, CancellationToken ct)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.SequentialScan,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        try
        {
            await request.Body.CopyToAsync(file, ct);
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Another process took this import for dead: it goes on there, or was taken away.</summary>
    private sealed class TakenOver() : Exception("This import stood still for so long that it was taken for dead. Nothing was kept; start it again.");
}
