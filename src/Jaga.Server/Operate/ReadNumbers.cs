using Jaga.Cases;
using Jaga.Deliveries;
using Jaga.Enforcement;
using Jaga.Kernel;
using Jaga.Obligations;

namespace Jaga.Server.Operate;

/// <summary>The numbers of the first screen, of <c>/health/ready</c> and of <c>/metrics</c>: what is unsent, overdue, unconfirmed, and what waits.</summary>
/// <param name="Unsent">Deliveries that nobody has confirmed to have received, of those whose time has come.</param>
/// <param name="Overdue">Obligations past their due time and still owed.</param>
/// <param name="Unconfirmed">Actions that the platform has been asked for and has not said to be done.</param>
/// <param name="Refused">Actions that the platform refused: a person must look.</param>
/// <param name="OpenCases">Cases that wait for a decision.</param>
/// <param name="DeadJobs">Jobs that failed so often that a person must look.</param>
public sealed record Numbers(int Unsent, int Overdue, int Unconfirmed, int Refused, int OpenCases, int DeadJobs);

/// <summary>Counts them from the record, at the moment of asking.</summary>
public sealed class ReadNumbers(Db db, TimeProvider clock)
{
    public async Task<Numbers> Run(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return new(
            await db.Deliveries.CountAsync(d => d.State == DeliveryState.Waiting && (d.DueAt <= now || d.Attempts > 0), ct),
            await db.Obligations.Overdue(now).CountAsync(ct),
            await db.Actions.CountAsync(a => a.State == ActionState.Requested && a.StartsAt <= now, ct),
            await db.Actions.CountAsync(a => a.State == ActionState.Refused, ct),
            await db.Cases.CountAsync(c => c.State == CaseState.Open, ct),
            await db.Jobs.CountAsync(j => j.State == JobState.Dead, ct));
    }
}
