namespace Jaga.People;

/// <summary>The rule that somebody can always manage people: the last administrator who can sign in, with a password or a passkey, stays as they are.</summary>
internal static class LastAdministrator
{
    /// <summary>Holds every account until the transaction ends: two administrators must not remove each other at the same moment.</summary>
    public static Task HoldAll(Db db, CancellationToken ct) => db.Staff.ExecuteUpdateAsync(set => set.SetProperty(s => s.FailedSignIns, s => s.FailedSignIns), ct);

    /// <exception cref="RuleBroken"><paramref name="changed"/>, as it is about to be saved, leaves nobody.</exception>
    public static async Task MustStay(Db db, StaffMember changed, CancellationToken ct)
    {
        if (changed.DisabledAt is null && changed.Roles.Contains(Role.Administrator))
        {
            return;
        }

        // Whoever was invited and never chose a password may never come.
        var open = (await db.Staff.AsNoTracking().Where(s => s.DisabledAt == null).Select(s => new { s.Id, s.Roles, Comes = s.PasswordHash != null || db.StaffPasskeys.Any(p => p.StaffId == s.Id) }).ToListAsync(ct))
            .Where(s => s.Roles.Contains(Role.Administrator)).ToList();
        if (open.Exists(s => s.Id == changed.Id) && !open.Exists(s => s.Id != changed.Id && s.Comes))
        {
            throw new RuleBroken("Jaga needs one administrator who can sign in. Give the role to somebody else first, and let them choose a password.");
        }
    }
}
