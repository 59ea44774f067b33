using Jaga.Audit;
using Jaga.Banks;
using Jaga.Banks.Files;
using Jaga.Deliveries;

namespace Jaga.Exchanges;

/// <summary>A person shares hashes with an exchange that takes them. Never done by a rule or a program: what is shared leaves the house for good.</summary>
public sealed class SubmitHashes(Db db, AuditLog audit, Outbox outbox, KnownExchanges known)
{
    /// <summary>The type of its delivery.</summary>
    public const string Type = "hashes.submitted";

    /// <summary>Hashes in one submission.</summary>
    public const int MaxHashes = 100;

    /// <param name="Hash">Hexadecimal digits.</param>
    /// <param name="Algorithm"><c>pdq</c> of a picture, <c>md5</c> of a video.</param>
    public sealed record Shared(string Hash, string Algorithm);

    /// <param name="Hashes">1 to 100.</param>
    /// <param name="Why">The reason, for the audit log.</param>
    public sealed record Request(IReadOnlyList<Shared> Hashes, string Why);

    /// <summary>What is sent.</summary>
    public sealed record Message(IReadOnlyList<Shared> Hashes);

    /// <param name="Delivery">By which it goes, and where its receipt will be.</param>
    public sealed record Answer(Id<Delivery> Delivery);

    /// <exception cref="NotFound">No such exchange.</exception>
    /// <exception cref="BadInput">A hash cannot be read, or no reason is given.</exception>
    /// <exception cref="RuleBroken">The exchange takes no hashes, or it is not a person who asks.</exception>
    public async Task<Answer> Run(Id<Exchange> id, Request request, Actor actor, CancellationToken ct)
    {
        if (actor.Kind is not ActorKind.Staff)
        {
            throw new RuleBroken("Hashes are shared by a person, who signs for it. A program may not.");
        }

        var hashes = Read(request);
        await using var transaction = await db.Begin(ct);
        var exchange = await db.Exchanges.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) ?? throw new NotFound("such exchange");
        if (exchange.Receiver is not { } receiver || !known.Of(exchange.Kind).Takes.Contains("hashes"))
        {
            throw new RuleBroken($"The exchange '{exchange.Name}' takes no hashes from here.");
        }

        var delivery = outbox.Send(receiver, Type, new Message(hashes), exchange.Subject);
        audit.Record(actor, "exchange.hashes-submitted", exchange.Subject, request.Why, new { delivery = delivery.Id, count = hashes.Count });
        return await transaction.Commit(new Answer(delivery.Id), ct);
    }

    private static List<Shared> Read(Request request)
    {
        var wrong = new Dictionary<string, string[]>();
        if (string.IsNullOrWhiteSpace(request.Why))
        {
            wrong["why"] = ["Say why they are shared."];
        }

        if (request.Hashes is not { Count: > 0 and <= MaxHashes })
        {
            wrong["hashes"] = [$"1 to {MaxHashes} hashes."];
            throw new BadInput(wrong);
        }

        var hashes = new List<Shared>();
        foreach (var (i, one) in request.Hashes.Index())
        {
            if (new SignalText(one.Hash ?? "", one.Algorithm ?? "").Read(null, out var signal) is { } problem)
            {
                wrong[$"hashes[{i}].{problem.Field}"] = [problem.Reason];
            }
            else if (signal.Type is not (SignalType.Pdq or SignalType.Md5))
            {
                wrong[$"hashes[{i}].algorithm"] = ["It takes pdq of a picture and md5 of a video."];
            }
            else
            {
                hashes.Add(new(Convert.ToHexStringLower(signal.Value.Span), signal.Type.Word()));
            }
        }

        return wrong.Count == 0 ? hashes : throw new BadInput(wrong);
    }

    /// <summary><c>POST /exchanges/{id}/submissions</c>: 200 with the delivery.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/exchanges/{id}/submissions", async (Id<Exchange> id, Request request, SubmitHashes submit, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await submit.Run(id, request, actor, ct)))
        .Requires(Permission.ExportBanks)
        .WithName("SubmitHashes").WithSummary("Send hashes to an exchange");
}
