using Jaga.Audit;
using Jaga.Banks.Files;

namespace Jaga.Banks;

/// <summary>Adds up to a thousand signals to a bank by one call. More come as a file.</summary>
public sealed class AddSignals(Db db, AuditLog audit, Changes changes, TimeProvider clock)
{
    public const int MaxSignals = 1000;

    /// <summary>A signal as it is written. <see cref="Signal"/> tells what each means.</summary>
    /// <param name="Hash">Hexadecimal digits, a text, a link, or a film's frames: see <see cref="SignalValue"/>.</param>
    /// <param name="Algorithm">A word of <see cref="SignalTypes.All"/>.</param>
    public sealed record Written(string Hash, string? Algorithm = null, int? Quality = null, IReadOnlyList<string>? Labels = null, string? Entry = null, string? Member = null);

    /// <param name="Source">Where they come from, for the record.</param>
    /// <param name="Signals">1 to 1,000.</param>
    public sealed record Request(string Source, IReadOnlyList<Written> Signals);

    /// <param name="Batch">What they came in with.</param>
    /// <param name="Added">Those that the bank did not have.</param>
    /// <param name="Duplicates">Those that it had.</param>
    public sealed record Answer(long Batch, int Added, int Duplicates);

    /// <exception cref="NotFound">No such bank.</exception>
    /// <exception cref="BadInput">A signal cannot be read; each is named as <c>signals[3].hash</c>, and none was added.</exception>
    /// <exception cref="RuleBroken">The bank fills itself, or a file is being imported into it.</exception>
    public async Task<Answer> Run(Id<Bank> id, Request request, Actor actor, CancellationToken ct)
    {
        var signals = Read(request);
        await using var transaction = await db.Begin(ct);
        var bank = await db.Banks.SingleOrDefaultAsync(b => b.Id == id, ct) ?? throw new NotFound("such bank");
        if (bank.Origin is BankOrigin.Decisions)
        {
            throw new RuleBroken("This bank holds what was decided here and fills itself.");
        }

        var batch = await Stage(db, bank, request.Source, signals.Count, actor, clock.GetUtcNow(), ct);
        var added = await new SignalWriter(db).Write(signals, bank.Number, batch.Number, batch.FirstSignal, ct);
        batch.Publish(added, clock.GetUtcNow());
        audit.Record(actor, "bank.extended", bank.Subject, request.Source, new { batch = batch.Number, added, duplicates = signals.Count - added });
        changes.Stamp(seq => batch.PublishedSeq = seq);
        return await transaction.Commit(new Answer(batch.Number, added, signals.Count - added), ct);
    }

    /// <summary>Opens a batch in the caller's transaction. While it is staging, nobody else writes into the bank.</summary>
    internal static async Task<SignalBatch> Stage(Db db, Bank bank, string source, int count, Actor actor, DateTimeOffset now, CancellationToken ct)
    {
        var batch = new SignalBatch
        {
            Number = await BankCounter.Take(db, "batch", 1, ct),
            Bank = bank.Number,
            Source = source,
            MadeBy = actor.ToString(),
            FirstSignal = await BankCounter.Take(db, "signal", count, ct),
            Reserved = count,
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
            throw new RuleBroken("A file is being imported into this bank. Try again when it is done.");
        }

        return batch;
    }

    private static List<NewSignal> Read(Request request)
    {
        var wrong = new Dictionary<string, string[]>();
        if (request.Source is not { Length: > 0 and <= SignalText.MaxReference })
        {
            wrong["source"] = [$"Say where the signals come from, in 1 to {SignalText.MaxReference} characters."];
        }

        if (request.Signals is not { Count: > 0 and <= MaxSignals })
        {
            wrong["signals"] = [$"One call adds 1 to {MaxSignals:N0} signals; more come as a file."];
            throw new BadInput(wrong);
        }

        var signals = new List<NewSignal>(request.Signals.Count);
        foreach (var (i, one) in request.Signals.Index())
        {
            var text = new SignalText(one.Hash ?? "", one.Algorithm ?? "", one.Quality?.ToString() ?? "", string.Join(' ', one.Labels ?? []), one.Entry ?? "", one.Member ?? "");
            if (text.Read(null, out var signal) is { } problem)
            {
                wrong[$"signals[{i}].{problem.Field}"] = [problem.Reason];
            }

            signals.Add(signal);
        }

        return wrong.Count == 0 ? signals : throw new BadInput(wrong);
    }

    /// <summary><c>POST /banks/{id}/signals</c>: 200 with the counts.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/banks/{id}/signals", async (Id<Bank> id, Request request, AddSignals add, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await add.Run(id, request, actor, ct)))
        .Requires(Permission.EditBanks)
        .WithName("AddSignals").WithSummary("Add up to a thousand signals to a bank");
}
