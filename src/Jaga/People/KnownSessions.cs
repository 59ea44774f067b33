namespace Jaga.People;

/// <summary>Finds the session that a cookie stands for. It asks the database each time, so that an ended session is over at once.</summary>
public sealed class KnownSessions(Db db, PeopleSettings settings, TimeProvider clock)
{
    /// <summary>Who is signed in with <paramref name="token"/>, or null when nobody is any more.</summary>
    public async Task<Presence?> Recognise(string token, CancellationToken ct)
    {
        var (hash, now) = (Token.Hash(token), clock.GetUtcNow());
        var idle = now - settings.SessionIdle;
        var found = await (
            from session in db.Sessions.AsNoTracking()
            join staff in db.Staff.AsNoTracking() on session.StaffId equals staff.Id
            where session.Hash == hash && session.EndedAt == null && session.ExpiresAt > now && session.SeenAt > idle && staff.DisabledAt == null
            select new { session, staff }).SingleOrDefaultAsync(ct);
        if (found is null)
        {
            return null;
        }

        if (now - found.session.SeenAt >= Session.SeenGrain)
        {
            using var turn = await db.WriteAlone(ct);
            await db.Sessions.Where(s => s.Id == found.session.Id).ExecuteUpdateAsync(set => set.SetProperty(s => s.SeenAt, now), ct);
        }

        return Presence.Of(found.staff, found.session, settings);
    }
}
