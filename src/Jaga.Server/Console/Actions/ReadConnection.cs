using Jaga.Enforcement;

namespace Jaga.Server.Pages.Actions;

/// <summary>Whether anybody carries out what is decided.</summary>
public sealed class ReadConnection(Db db, EnforcementSettings settings, TimeProvider clock)
{
    /// <summary>A platform is connected: a receiver of its name is there, or it has answered an action that it pulled.</summary>
    public async Task<bool> IsThere(CancellationToken ct) =>
        await db.Receivers.AnyAsync(r => r.Name == settings.Receiver && !r.Disabled, ct) || await db.Actions.AnyAsync(a => a.State == ActionState.Confirmed || a.State == ActionState.Refused, ct);

    /// <summary>Actions that were decided and have nobody to carry them out; 0 while a platform is connected.</summary>
    public async Task<int> Unheard(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return await IsThere(ct) ? 0 : await db.Actions.CountAsync(a => a.State == ActionState.Requested && a.StartsAt <= now, ct);
    }
}
