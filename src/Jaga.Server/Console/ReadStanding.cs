using Jaga.Server.Operate;

namespace Jaga.Server.Pages;

/// <summary>The three numbers that must be nought: what waits to leave, what is past its time, what nobody has confirmed.</summary>
public sealed record Standing(long Unsent, long Overdue, long Unconfirmed);

/// <summary>Counts what is owed and not done, for the head of every page.</summary>
public sealed class ReadStanding(ReadNumbers numbers)
{
    public async Task<Standing> Run(CancellationToken ct)
    {
        var now = await numbers.Run(ct);
        return new(now.Unsent, now.Overdue, now.Unconfirmed);
    }
}
