using Jaga.Audit;

namespace Jaga.People;

/// <summary>Makes a link that signs a member of staff in, once, within ten minutes. Only from the command line: whoever has the machine has everything anyway.</summary>
public sealed class MakeSignInLink(Db db, AuditLog audit, TimeProvider clock)
{
    /// <param name="email">Whose link; null for the administrator who has been here longest.</param>
    /// <returns>The link's path and query.</returns>
    /// <exception cref="NotFound">There is nobody with this address, or no administrator yet.</exception>
    public async Task<string> Run(string? email, Actor actor, CancellationToken ct)
    {
        var wanted = email is null ? null : StaffMember.Normal(email);
        await using var transaction = await db.Begin(ct);
        var candidates = await db.Staff.Where(s => s.DisabledAt == null && (wanted == null || s.Email == wanted)).OrderBy(s => s.CreatedAt).ToListAsync(ct);
        var staff = candidates.FirstOrDefault(s => wanted is not null || s.Roles.Contains(Role.Administrator)) ?? throw new NotFound(wanted is null ? "administrator yet" : $"open account for {wanted}");
        var token = await StaffLink.New(db, LinkKind.SignIn, staff.Id, clock.GetUtcNow(), ct);
        audit.Record(actor, "staff.link-made", staff.Subject);
        await transaction.Commit(ct);
        return StaffLink.Path(LinkKind.SignIn, token);
    }
}
