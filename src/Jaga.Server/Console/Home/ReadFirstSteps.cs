using Jaga.Deliveries;
using Jaga.People;
using Jaga.Server.Pages.Actions;

namespace Jaga.Server.Pages.Home;

/// <summary>What a new house still lacks before it does its work: for the administrator's first page, until everything is there.</summary>
public sealed class ReadFirstSteps(Db db, ReadConnection connection, MailSettings mail, TimeProvider clock)
{
    /// <summary>One step.</summary>
    /// <param name="Word">Its words: <c>first.WORD</c>, and <c>first.WORD-why</c>.</param>
    /// <param name="Path">Where it is done; null where a setting does it.</param>
    public sealed record Step(string Word, string? Path, bool Done);

    /// <summary>The steps in their order; none once all are done.</summary>
    public async Task<IReadOnlyList<Step>> Run(Actor actor, CancellationToken ct)
    {
        var (now, me) = (clock.GetUtcNow(), Id<StaffMember>.TryParse(actor.Id, null, out var id) ? id : default);
        var keys = await db.ApiKeys.AsNoTracking().Where(k => k.RevokedAt == null && k.SpeaksFor == null).Take(100).ToListAsync(ct);
        var staff = await db.Staff.AsNoTracking().Where(s => s.DisabledAt == null && s.SpeaksFor == null).OrderBy(s => s.Id).Take(100).ToListAsync(ct);
        Step[] steps =
        [
            new("factor", "/account", staff.Exists(s => s.Id == me && s.TotpSince != null) || await db.StaffPasskeys.AnyAsync(p => p.StaffId == me, ct)),
            new("people", "/people", staff.Exists(s => s.Id != me && s.Roles.Any(r => r is Role.Reviewer or Role.Lead))),
            new("key", "/people", keys.Exists(k => k.Works(now) && k.Scopes.Contains(Permission.CheckItems))),
            new("receiver", "/deliveries", await connection.IsThere(ct)),
            new("bank", "/banks", await db.Banks.AnyAsync(ct)),
            new("mail", null, mail.IsSet),
        ];
        return steps.All(s => s.Done) ? [] : steps;
    }
}
