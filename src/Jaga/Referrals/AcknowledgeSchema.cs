using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Referrals;

/// <summary>A person has looked at what changed in NCMEC's schema; until then it stands on the first screen.</summary>
public sealed class AcknowledgeSchema(Db db, AuditLog audit, Notices notices)
{
    /// <param name="Production">Of production, or of the trial service.</param>
    public sealed record Request(bool Production);

    /// <exception cref="RuleBroken">Nothing waits.</exception>
    public async Task Run(Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var account = await db.TipAccounts.SingleOrDefaultAsync(a => a.Production == request.Production, ct) ?? throw new NotFound("such account");
        audit.Record(actor, "tip-account.schema-seen", account.Subject, account.SchemaChange ?? "", new { account.SchemaSha256 });
        account.SeeSchema();
        if (account is { LockedAt: null, Trouble: null })
        {
            await notices.Over(account.Subject, ct);
        }

        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/referrals/account/schema", async (Request request, AcknowledgeSchema acknowledge, Actor actor, CancellationToken ct) =>
        {
            await acknowledge.Run(request, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.SignReferrals)
        .WithSummary("Say that a change of NCMEC's schema was looked at");
}
