using Jaga.Enforcement;

namespace Jaga.Server.Pages.Actions;

/// <summary>What the platform was asked to do and has not done, has done, or has refused.</summary>
public static class ActionPages
{
    /// <summary>The word for all states in <c>/actions?state=…</c>; the others are the states' own.</summary>
    public const string All = "all";

    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/actions", List).Requires(Permission.ReadCases);

    /// <param name="state">A state of an action, or <see cref="All"/>; without it, what the platform has not answered.</param>
    private static async Task<RazorComponentResult> List(string? state, string? after, ReadActions read, CancellationToken ct)
    {
        ActionState? wanted = state is All ? null : Words.Read<ActionState>("state", state) ?? ActionState.Requested;
        return ConsolePages.Page<ActionsPage>(new { State = wanted is { } one ? Words.Of(one) : All, Actions = await read.Run(wanted, new(after, null), ct) });
    }
}
