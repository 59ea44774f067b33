using Jaga.Audit;

namespace Jaga.Referrals;

/// <summary>Keeps what NCMEC issued to log in with. The password is sealed and never shown again.</summary>
public sealed class SetTipAccount(Db db, MasterKey master, AuditLog audit, TimeProvider clock)
{
    /// <param name="Production">For real reports; false for trials.</param>
    /// <param name="Address">Another base address than NCMEC's, e.g. of a sandbox on this machine; only for trials.</param>
    public sealed record Request(bool Production, string User, string Password, string? Address = null)
    {
        /// <summary>Never shows the password.</summary>
        public override string ToString() => $"{User} ({(Production ? "production" : "test")})";
    }

    /// <exception cref="BadInput">A field cannot be.</exception>
    public async Task Run(Request request, Actor actor, CancellationToken ct)
    {
        if (request.User is not { Length: > 0 and <= 200 } || request.User.Contains(':', StringComparison.Ordinal))
        {
            throw new BadInput("user", "A user name has 1 to 200 characters and no colon.");
        }

        if (request.Password is not { Length: > 0 and <= 200 })
        {
            throw new BadInput("password", "A password has 1 to 200 characters.");
        }

        if (request.Address is { } address && (request.Production || !Uri.TryCreate(address, UriKind.Absolute, out var url) || !(url.Scheme is "https" || (url.Scheme is "http" && url.IsLoopback)) || address.EndsWith('/')))
        {
            throw new BadInput("address", "Only trials go to another address than NCMEC's: an https one, or an http one on this machine, without a slash at its end.");
        }

        await using var transaction = await db.Begin(ct);
        var account = await db.TipAccounts.SingleOrDefaultAsync(a => a.Production == request.Production, ct);
        if (account is null)
        {
            db.Add(account = new() { Production = request.Production, UserName = request.User });
        }

        (account.UserName, account.Address, account.ChangedAt) = (request.User, request.Address, clock.GetUtcNow());
        account.SetPassword(request.Password, master);
        account.Unlock();
        audit.Record(actor, "tip-account.set", account.Subject, details: new { request.User, request.Address });

        // Whatever waited for it goes on.
        await db.Referrals.Where(r => r.Production == request.Production && r.Halted != null && (r.State == ReferralState.Countersigned || r.State == ReferralState.Opened))
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.DueAt, clock.GetUtcNow()), ct);
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPut("/referrals/account", async (Request request, SetTipAccount set, Actor actor, CancellationToken ct) =>
        {
            await set.Run(request, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.EditReferralAccount)
        .WithSummary("Keep the account with NCMEC").WithDescription("For trials and for production each its own. The password is sealed.");
}
