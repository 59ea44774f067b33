using System.Text;
using Jaga.Audit;

namespace Jaga.Letters;

/// <summary>Takes a letter's signatories or recipients from a CSV list, in place of those it has; and gives them out as one.</summary>
public sealed class ImportParties(Db db, AuditLog audit, TimeProvider clock)
{
    private const int MaxBytes = 1024 * 1024;

    /// <exception cref="RuleBroken">The letter has left, or is over.</exception>
    public async Task<ReadLetters.Card> Run(Id<Letter> id, string csv, Actor actor, CancellationToken ct)
    {
        var parties = PartyList.Read(csv);
        await using var transaction = await db.Begin(ct);
        var letter = await ReadLetters.Locked(db, id, ct);
        if (letter.Direction is Direction.Out)
        {
            await PartyForm.CheckReached(db, parties, "parties", ct);
        }
        else
        {
            PartyForm.Check(parties, "parties", reached: false);
        }

        if (letter.State is not (LetterState.Open or LetterState.Draft))
        {
            throw new RuleBroken(letter.State is LetterState.Approved ? "This letter was approved for the recipients it has; write another version first." : "This letter is over, or on its way.");
        }

        await db.Parties.Where(p => p.Letter == id).ExecuteDeleteAsync(ct);
        var rows = parties.Select((p, i) => Party.Of(p, id, i + 1, signs: letter.Direction is Direction.In, clock.GetUtcNow())).ToList();
        db.AddRange(rows);
        audit.Record(actor, "letter.addressed", letter.Subject, "", new { parties = parties.Count });
        return await transaction.Commit(ReadLetters.Show(letter, ReadLetters.Tally.Of(rows)), ct);
    }

    /// <summary><c>PUT /letters/{id}/parties</c> takes a CSV list of at most 1 MiB, <c>GET /letters/{id}/parties</c> gives one.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPut("/letters/{id}/parties", async (Id<Letter> id, HttpRequest request, ImportParties import, Actor actor, CancellationToken ct) =>
                TypedResults.Ok(await import.Run(id, await Body(request, ct), actor, ct)))
            .Accepts<string>("text/csv").Requires(Permission.EditLetters).WithTags("Letters").WithSummary("Replace a letter's signatories or recipients by a CSV list");
        api.MapGet("/letters/{id}/parties", async (Id<Letter> id, ReadLetters read, CancellationToken ct) =>
                TypedResults.Text(PartyList.Write((await read.One(id, ct)).Parties), "text/csv; charset=utf-8"))
            .Requires(Permission.ReadLetters).WithTags("Letters").WithSummary("A letter's signatories or recipients, with receipts, as CSV");
    }

    private static async Task<string> Body(HttpRequest request, CancellationToken ct)
    {
        var bytes = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
        return length <= MaxBytes ? Encoding.UTF8.GetString(bytes, 0, length) : throw new BadInput("parties", "A list has at most 1 MiB.");
    }
}
