using Jaga.Server.Operate;

namespace Jaga.Server.Pages;

/// <summary>The numbers that must be nought, for the head of every page. Parts of a page are made at the same time, so it has a database connection of its own.</summary>
public sealed class ReadStanding(IServiceScopeFactory scopes)
{
    /// <summary>Where counting is left off: a backlog of a million must not make every page wait to say so.</summary>
    public const int Most = 1000;

    public async Task<IReadOnlyList<Counted>> Run(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ReadNumbers>().Run(ct, c => c.InHead, Most);
    }
}
