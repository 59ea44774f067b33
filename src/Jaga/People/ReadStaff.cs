namespace Jaga.People;

/// <summary>The members of staff, not agencies' officers, by name of address; who is locked out, and who has which second factor.</summary>
public sealed class ReadStaff(Db db, TimeProvider clock)
{
    /// <summary>A member of staff. Times in UTC; null for never.</summary>
    public sealed record Row(Id<StaffMember> Id, string Email, string Name, string Language, IReadOnlyList<Role> Roles, bool HasPassword, bool HasTotp, int Passkeys, bool IsLocked, DateTimeOffset? SeenAt, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt);

    public async Task<Page<Row>> Run(PageRequest page, CancellationToken ct)
    {
        var after = page.After ?? "";
        var staff = await db.Staff.AsNoTracking().Where(s => s.SpeaksFor == null && s.Email.CompareTo(after) > 0).OrderBy(s => s.Email).Take(page.Rows + 1).ToListAsync(ct);
        return Page<Row>.Of(await Rows(staff, ct), page.Rows, r => r.Email);
    }

    /// <exception cref="NotFound">There is nobody with this id.</exception>
    public async Task<Row> One(Id<StaffMember> id, CancellationToken ct)
    {
        var staff = await db.Staff.AsNoTracking().Where(s => s.Id == id).ToListAsync(ct);
        return staff.Count == 1 ? (await Rows(staff, ct))[0] : throw new NotFound("member of staff with this id");
    }

    private async Task<IReadOnlyList<Row>> Rows(IReadOnlyList<StaffMember> staff, CancellationToken ct)
    {
        var (now, ids) = (clock.GetUtcNow(), staff.Select(s => s.Id).ToList());
        var passkeys = await db.StaffPasskeys.Where(p => ids.Contains(p.StaffId)).GroupBy(p => p.StaffId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var seen = await db.Sessions.Where(s => ids.Contains(s.StaffId)).GroupBy(s => s.StaffId).Select(g => new { g.Key, At = g.Max(s => s.SeenAt) }).ToDictionaryAsync(g => g.Key, g => g.At, ct);
        return [.. staff.Select(s => new Row(
            s.Id, s.Email, s.Name, s.Language, s.Roles, s.PasswordHash is not null, s.TotpSince is not null, passkeys.GetValueOrDefault(s.Id), s.IsLocked(now),
            seen.TryGetValue(s.Id, out var at) ? at : null, s.CreatedAt, s.DisabledAt))];
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/people/staff", (string? after, int? size, ReadStaff read, CancellationToken ct) => read.Run(new(after, size), ct))
            .Requires(Permission.ReadPeople).WithSummary("List the members of staff");
        api.MapGet("/people/staff/{id}", (Id<StaffMember> id, ReadStaff read, CancellationToken ct) => read.One(id, ct))
            .Requires(Permission.ReadPeople).WithSummary("Read a member of staff");
    }
}
