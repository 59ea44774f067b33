using Jaga.Audit;
using Jaga.Banks;
using Jaga.Deliveries;

namespace Jaga.Exchanges;

/// <summary>Sets up an exchange with a bank of its own. It is read from then on, at once for the first time.</summary>
public sealed class AddExchange(Db db, AuditLog audit, Changes changes, MasterKey master, KnownExchanges known, TimeProvider clock)
{
    /// <param name="Kind">Which protocol it speaks.</param>
    /// <param name="Exchange">How it is reached; its name must be given.</param>
    /// <param name="Environment">The key of an environment in <see cref="KnownExchanges"/>; null where an address is given.</param>
    /// <param name="Collection">The part that is followed, where it has parts: of ThreatExchange the privacy group's number.</param>
    /// <param name="Labels">What its bank is about; null for what is usual for the kind.</param>
    /// <param name="OnMatch">What a match with its bank asks for.</param>
    public sealed record Request(ExchangeKind Kind, ExchangeForm Exchange, string? Environment = null, string? Collection = null, IReadOnlyList<string>? Labels = null, OnMatch OnMatch = OnMatch.Case);

    /// <exception cref="BadInput">Something cannot be; each is named with its reason.</exception>
    /// <exception cref="RuleBroken">There is an exchange, or a bank, of that name.</exception>
    public async Task<ReadExchanges.Shown> Run(Request request, Actor actor, CancellationToken ct)
    {
        var kind = known.Of(request.Kind);
        var form = WithAddress(request);
        form.Check(kind, isNew: true);
        var collection = (request.Collection ?? "").Trim();
        if (kind.Collection != collection.Length > 0 || collection.Length > 40 || !collection.All(char.IsAsciiDigit))
        {
            throw new BadInput("collection", kind.Collection ? "The privacy group's number." : "This kind of exchange has no parts.");
        }

        await using var transaction = await db.Begin(ct);
        var name = form.Name!.Trim();
        await EditExchange.MustBeFree(db, name, null, ct);
        var bank = await CreateBank.Open(
            db, audit, changes, clock,
            new(new() { Name = name, Labels = request.Labels ?? kind.Labels, OnMatch = request.OnMatch, Description = $"Kept in step with the exchange '{name}'." }, BankOrigin.ThirdParty), actor, ct);
        var now = clock.GetUtcNow();
        var exchange = new Exchange
        {
            Id = Id<Exchange>.New(now), Name = name, Kind = request.Kind, Environment = request.Environment ?? "", Address = "", Collection = collection,
            Bank = bank.Number, Receiver = kind.Takes.Count > 0 ? Listener(name, bank.Number, form, now).Id : null,
            EveryMinutes = kind.EveryMinutes, AllowedLagHours = kind.AllowedLagHours, CreatedAt = now,
        };
        form.Fill(exchange, master);
        db.Add(exchange);
        var progress = new ExchangeProgress { Bank = bank.Number, DueAt = now };
        db.Add(progress);
        audit.Record(actor, "exchange.added", exchange.Subject, name, new { request.Kind, request.Environment, collection, exchange = form.ForAudit() });
        return await transaction.Commit(ReadExchanges.Show(exchange, progress, bank, 0, 0, [.. (form.Credentials ?? new Dictionary<string, string>()).Keys], now), ct);
    }

    private ExchangeForm WithAddress(Request request)
    {
        if (request.Exchange is null)
        {
            throw new BadInput("exchange", "Say how it is called and reached.");
        }

        if (string.IsNullOrEmpty(request.Environment))
        {
            return request.Exchange.Address is { Length: > 0 } ? request.Exchange : throw new BadInput("address", "Give an address, or name an environment.");
        }

        var environment = known.Environments.SingleOrDefault(e => e.Key == request.Environment && e.Kind == request.Kind)
            ?? throw new BadInput("environment", $"Known for this kind: {string.Join(", ", known.Environments.Where(e => e.Kind == request.Kind).Select(e => e.Key))}.");
        return request.Exchange with { Address = request.Exchange.Address is { Length: > 0 } given ? given : environment.Address };
    }

    // What is sent back goes as a delivery, like all that leaves the house: this is its receiver.
    private Receiver Listener(string name, int bank, ExchangeForm form, DateTimeOffset now)
    {
        var listener = new Receiver { Id = Id<Receiver>.New(now), Name = $"exchange-{bank}", Kind = ReceiverKind.Exchange, Url = form.Address!, AllowPrivate = form.AllowPrivate ?? false, TimeoutMs = 30_000, Concurrency = 2, CreatedAt = now };
        db.Add(listener);
        db.Add(new Circuit { Receiver = listener.Id });
        audit.Record(TakePage.Me, "receiver.added", listener.Subject, name, new { listener.Name, listener.Url, listener.AllowPrivate });
        return listener;
    }

    /// <summary><c>POST /exchanges</c>: 201 with the exchange; its credentials are never told again.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/exchanges", async (Request request, AddExchange add, Actor actor, CancellationToken ct) =>
        {
            var exchange = await add.Run(request, actor, ct);
            return TypedResults.Created($"/api/v1/exchanges/{exchange.Id}", exchange);
        })
        .Requires(Permission.EditExchanges)
        .WithName("AddExchange").WithSummary("Follow a list of somebody else");
}
