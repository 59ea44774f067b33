using System.Text;
using System.Text.Json;
using Jaga.Audit;
using Jaga.Banks.Files;

namespace Jaga.Banks;

/// <summary>How an exported file is written.</summary>
public enum SignalFormat
{
    /// <summary>CSV with a header; safe to open in a spreadsheet.</summary>
    Csv,

    /// <summary>JSON Lines.</summary>
    Jsonl,
}

/// <summary>Takes a bank's signals out of Jaga as a file that <see cref="ImportSignals"/> reads back. That it was done is recorded before the first byte leaves.</summary>
public sealed class ExportSignals(Db db, AuditLog audit, ReadSignals read)
{
    private const int Chunk = 5000;

    /// <summary>Writes the bank to <paramref name="to"/>, in the order of type and value, in memory that does not grow with it.</summary>
    /// <returns>Signals written.</returns>
    /// <exception cref="NotFound">No such bank.</exception>
    public async Task<long> Run(Id<Bank> id, SignalFormat format, Stream to, Actor actor, CancellationToken ct)
    {
        var bank = await Record(id, format, actor, ct);
        await using var writer = new StreamWriter(to, new UTF8Encoding(false), 64 * 1024, leaveOpen: true) { NewLine = "\n" };
        if (format is SignalFormat.Csv)
        {
            await writer.WriteLineAsync("hash,algorithm,quality,labels,entry,member");
        }

        var (after, count, line) = (("", Array.Empty<byte>()), 0L, new StringBuilder());
        for (; ; )
        {
            var signals = await read.Page(bank, after, Chunk, ct);
            var films = signals.Where(s => s.Type is SignalType.Vpdq).Select(s => s.Id).ToList();
            var contents = films.Count == 0 ? [] : await db.Set<SignalContent>().AsNoTracking().Where(c => films.Contains(c.Signal)).ToDictionaryAsync(c => c.Signal, c => c.Content, ct);
            foreach (var signal in signals)
            {
                line.Clear();
                var hash = SignalValue.Write(signal.Type, signal.Value, contents.GetValueOrDefault(signal.Id));
                (format is SignalFormat.Csv ? (Action<StringBuilder, Signal, string>)Csv : Jsonl)(line, signal, hash);
                await writer.WriteLineAsync(line, ct);
            }

            count += signals.Count;
            if (signals.Count < Chunk)
            {
                return count;
            }

            after = (signals[^1].Type.ToString(), signals[^1].Value);
        }
    }

    private async Task<int> Record(Id<Bank> id, SignalFormat format, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var bank = await db.Banks.AsNoTracking().SingleOrDefaultAsync(b => b.Id == id, ct) ?? throw new NotFound("such bank");
        audit.Record(actor, "bank.exported", bank.Subject, "", new { format, signals = await ReadBanks.SizeOf(db, bank.Number, ct) });
        await transaction.Commit(ct);
        return bank.Number;
    }

    private static void Csv(StringBuilder line, Signal signal, string hash)
    {
        CsvFields.Write(line, hash);
        line.Append(',').Append(signal.Type.Word()).Append(',').Append(signal.Quality).Append(',');
        CsvFields.Write(line, signal.Labels);
        line.Append(',');
        CsvFields.Write(line, signal.Entry);
        line.Append(',');
        CsvFields.Write(line, signal.Member);
    }

    private static void Jsonl(StringBuilder line, Signal signal, string hash) => line.Append(JsonSerializer.Serialize(
        new Line(hash, signal.Type, signal.Quality, Listed(LabelWords.Split(signal.Labels)), Told(signal.Entry), Told(signal.Member)), Json.Options));

    private static IReadOnlyList<string>? Listed(IReadOnlyList<string> labels) => labels.Count == 0 ? null : labels;

    private static string? Told(string text) => text.Length == 0 ? null : text;

    /// <summary><c>GET /banks/{id}/export?format=csv|jsonl</c>: the file.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/banks/{id}/export", async (Id<Bank> id, string? format, ReadBanks banks, ExportSignals export, HttpResponse response, Actor actor, CancellationToken ct) =>
        {
            await banks.One(id, ct);
            var chosen = format switch
            {
                null or "csv" => SignalFormat.Csv,
                "jsonl" => SignalFormat.Jsonl,
                _ => throw new BadInput("format", "A list is written as csv or jsonl."),
            };
            response.ContentType = chosen is SignalFormat.Csv ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8";
            response.Headers.ContentDisposition = $"attachment; filename=bank-{id}.{chosen.ToString().ToLowerInvariant()}";
            response.Headers.CacheControl = "no-store";
            await export.Run(id, chosen, response.Body, actor, ct);
        })
        .Requires(Permission.ExportBanks)
        .WithName("ExportSignals").WithSummary("Take a bank's signals out as a file");

    private sealed record Line(string Hash, SignalType Algorithm, int? Quality, IReadOnlyList<string>? Labels, string? Entry, string? Member);
}
