using Jaga.Deliveries;

namespace Jaga.Disclosure;

/// <summary>What an agency is told and must come to have: a question, or an answer without data. (Data goes in a package, which has a receipt of its own.)</summary>
public interface ITold
{
    /// <summary>By which its deliveries are found: <c>data-answer</c> or <c>data-question</c>.</summary>
    Subject Told { get; }

    /// <summary>When the agency first read it at the door.</summary>
    DateTimeOffset? ReadAt { get; set; }

    /// <summary>When the agency had it: lying at its door, taken by its webhook or mail server, read, or brought by other means.</summary>
    DateTimeOffset? ServedAt { get; set; }

    /// <summary>How, as <c>kind/id</c>.</summary>
    string? ServedBy { get; set; }

    /// <summary>What this subject names, with its request, which is locked until the transaction ends; null if there is none.</summary>
    internal static async Task<(DataRequest Request, ITold Told)?> Find(Db db, Subject about, CancellationToken ct)
    {
        var request = about.Kind switch
        {
            "data-answer" when Id<DataAnswer>.TryParse(about.Id, null, out var id) => await db.DataAnswers.Where(a => a.Id == id).Select(a => (Id<DataRequest>?)a.Request).SingleOrDefaultAsync(ct),
            "data-question" when Id<Clarification>.TryParse(about.Id, null, out var id) => await db.Clarifications.Where(c => c.Id == id).Select(c => (Id<DataRequest>?)c.Request).SingleOrDefaultAsync(ct),
            _ => null,
        };
        if (request is not { } of)
        {
            return null;
        }

        var held = await DataRequest.Hold(db, of, ct);
        ITold told = about.Kind is "data-answer"
            ? await db.DataAnswers.SingleAsync(a => a.Id == Id<DataAnswer>.Parse(about.Id, null), ct)
            : await db.Clarifications.SingleAsync(c => c.Id == Id<Clarification>.Parse(about.Id, null), ct);
        return (held, told);
    }
}

/// <summary>The agency's webhook, or its mail server, has taken an answer or a question: what waits for that is kept, or stands still, from now on.</summary>
internal sealed class TakenOutside(string type, Db db, ServeAgency serve) : IOnDelivered
{
    public string Type => type;

    public async Task Delivered(Delivery delivery, string receipt, CancellationToken ct)
    {
        if (await ITold.Find(db, delivery.About, ct) is var (request, told))
        {
            await serve.Serve(request, told, delivery.Subject, Actor.System("deliveries"), ct);
        }
    }
}
