using Jaga.Audit;
using Jaga.Deliveries;

namespace Jaga.Exchanges;

/// <summary>Changes how an exchange is called and reached, how often it is read, and its credentials.</summary>
public sealed class EditExchange(Db db, AuditLog audit, MasterKey master, KnownExchanges known, ReadExchanges read)
{
    /// <param name="Exchange">What is to change; the rest stays.</param>
    /// <param name="Why">The reason, for the audit log.</param>
    public sealed record Request(ExchangeForm Exchange, string Why);

    /// <exception cref="NotFound">No such exchange.</exception>
    /// <exception cref="BadInput">Something cannot be, or credentials would go to another host than they were given for.</exception>
    /// <exception cref="RuleBroken">Another exchange has that name.</exception>
    public async Task<ReadExchanges.Shown> Run(Id<Exchange> id, Request request, Actor actor, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Why))
        {
            throw new BadInput("why", "Say why the exchange is changed.");
        }

        await using var transaction = await db.Begin(ct);
        var exchange = await db.Exchanges.SingleOrDefaultAsync(e => e.Id == id, ct) ?? throw new NotFound("such exchange");
        var form = request.Exchange ?? throw new BadInput("exchange", "Say what is to change.");
        form = form with { AllowPrivate = form.AllowPrivate ?? exchange.AllowPrivate, Address = form.Address ?? exchange.Address };
        form.Check(known.Of(exchange.Kind), isNew: false);
        if (form.Name is { } name)
        {
            await MustBeFree(db, name.Trim(), id, ct);
        }

        // Whoever may change an address must not learn by it what they are not shown.
        if (form.Credentials is null && exchange.SealedCredentials is not null && (Host(form.Address) != Host(exchange.Address) || (form.AllowPrivate is true && !exchange.AllowPrivate)))
        {
            throw new BadInput("credentials", "Credentials go only to the host that they were given for. Give them again with the new address.");
        }

        form.Fill(exchange, master);
        if (exchange.Receiver is { } listener)
        {
            var receiver = await db.Receivers.SingleAsync(r => r.Id == listener, ct);
            (receiver.Url, receiver.AllowPrivate) = (exchange.Address, exchange.AllowPrivate);
            audit.Record(TakePage.Me, "receiver.changed", receiver.Subject, exchange.Name, new { receiver.Url, receiver.AllowPrivate });
        }

        // With new credentials it need not wait out the failures of the old ones.
        var progress = await db.ExchangeProgress.SingleAsync(p => p.Bank == exchange.Bank, ct);
        (progress.Step, progress.DueAt) = (progress.Step + 1, form.Credentials is null ? progress.DueAt : db.Now());
        audit.Record(actor, "exchange.edited", exchange.Subject, request.Why, request.Exchange.ForAudit());
        await db.SaveChangesAsync(ct);
        return await transaction.Commit(await read.One(id, ct), ct);
    }

    /// <exception cref="RuleBroken">Another exchange has this name.</exception>
    internal static async Task MustBeFree(Db db, string name, Id<Exchange>? but, CancellationToken ct)
    {
        var lower = name.ToLowerInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // Translated to the database's lower(), as its unique index has it.
        if (await db.Exchanges.AnyAsync(e => e.Id != but && e.Name.ToLower() == lower, ct))
#pragma warning restore CA1304, CA1311, CA1862
        {
            throw new RuleBroken($"There is an exchange called '{name}' already.");
        }
    }

    private static string Host(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? $"{uri.Scheme}://{uri.Authority}" : "";

    /// <summary><c>PATCH /exchanges/{id}</c>: 200 with the exchange.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPatch("/exchanges/{id}", async (Id<Exchange> id, Request request, EditExchange edit, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await edit.Run(id, request, actor, ct)))
        .Requires(Permission.EditExchanges)
        .WithName("EditExchange").WithSummary("Change how an exchange is followed");
}
