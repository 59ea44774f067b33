namespace Jaga.Obligations;

/// <summary>
/// Who is to be told at a moment: the person who owns it, or whose turn it is by the rota. Whoever is away, or has no account any more, is passed over;
/// where nobody of a level is left, the next level is told. Where no rota is set, it is whoever has the role.
/// </summary>
public sealed class OnCall(Db db)
{
    private State? _state;

    /// <param name="Persons">Ids of members of staff; empty: whoever has <paramref name="Level"/> by role.</param>
    /// <param name="Level">The level that is told; above the one that was meant where that had nobody.</param>
    /// <param name="Gap">The rota that had nobody left, or null.</param>
    public sealed record Answer(IReadOnlyList<string> Persons, Whom Level, Rota? Gap);

    private sealed record State(DateTimeOffset At, List<Rota> Rotas, List<Cover> Covers, HashSet<string> Away);

    public async Task<Answer> Who(Whom whom, string queue, string? person, DateTimeOffset at, CancellationToken ct)
    {
        var state = await Load(at, ct);
        if (whom is Whom.Owner && person is not null && !state.Away.Contains(person))
        {
            return new([person], whom, null);
        }

        var gap = (Rota?)null;
        for (var level = whom; level < Whom.Everyone; level++)
        {
            if (state.Rotas.Find(r => r.Queue == queue && r.Level == level) is not { } rota)
            {
                return new([], level, gap);
            }

            if (Of(state, rota) is { } called)
            {
                return new([called], level, gap);
            }

            gap ??= rota;
        }

        return new([], Whom.Everyone, gap);
    }

    /// <summary>Who is on call of one rota at a moment; null where nobody is left.</summary>
    public async Task<string?> Who(Rota rota, DateTimeOffset at, CancellationToken ct) => Of(await Load(at, ct), rota);

    private static string? Of(State state, Rota rota) =>
        state.Covers.FindLast(c => c.Rota == rota.Id && !state.Away.Contains(c.Person))?.Person ?? rota.InTurn(state.At).FirstOrDefault(p => !state.Away.Contains(p));

    // Read once for each moment of a use case: a walk up a hundred ladders asks a hundred times.
    private async Task<State> Load(DateTimeOffset at, CancellationToken ct)
    {
        if (_state?.At == at)
        {
            return _state;
        }

        var away = await db.Absences.Where(a => a.StartsAt <= at && a.EndsAt > at).Select(a => a.Person).ToListAsync(ct);
        var gone = await db.Staff.Where(s => s.DisabledAt != null).Select(s => s.Id).ToListAsync(ct);
        return _state = new(
            at, await db.Rotas.AsNoTracking().ToListAsync(ct), await db.Covers.AsNoTracking().Where(c => c.StartsAt <= at && c.EndsAt > at).OrderBy(c => c.Id).ToListAsync(ct),
            [.. away, .. gone.Select(g => g.ToString())]);
    }
}
