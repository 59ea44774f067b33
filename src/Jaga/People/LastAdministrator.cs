namespace Jaga.People;

/// <summary>The rule that somebody can always manage people: the last open account with the administrator's role stays as it is.</summary>
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

        var others = await db.Staff.AsNoTracking().Where(s => s.DisabledAt == null && s.Id != changed.Id).ToListAsync(ct);
        if (!others.Any(s => s.Roles.Contains(Role.Administrator)))
        {
            throw new RuleBroken("Jaga needs one administrator. Give the role to somebody else first.");
        }
    }
}
