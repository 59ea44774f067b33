using Jaga.Banks;
using Jaga.Matching;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.Banks;

/// <summary>Pages about single signals: quarantine, opinions; and what the match service was asked.</summary>
public static class SignalPages
{
    internal static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/quarantine", async (ReadQuarantine read, CancellationToken ct) => ConsolePages.Page<QuarantinePage>(new
        {
            Quarantined = await read.Run(StandingState.Quarantined, ct),
            Disabled = await read.Run(StandingState.Disabled, ct),
        })).Requires(Permission.ReadBanks);
        pages.MapPost("/quarantine/{signal:long}", Decide).Requires(Permission.JudgeSignals);
        pages.MapGet("/opinions", async (Choice<OpinionState>? state, string? after, ReadOpinions read, CancellationToken ct) =>
            ConsolePages.Page<OpinionsPage>(new { State = state?.Value, Opinions = await read.Run(state?.Value, null, new(after, null), ct) })).Requires(Permission.ReadBanks);
        pages.MapGet("/match-service", async (ReadAskUsage read, CancellationToken ct) => ConsolePages.Page<MatchServicePage>(new { Rows = await read.Run(ct) })).Requires(Permission.ReadPeople);
    }

    private static async Task<RedirectHttpResult> Decide(long signal, [FromForm] bool release, [FromForm] string why, DecideQuarantine decide, Messages messages, Text words, Actor actor, CancellationToken ct)
    {
        await decide.Run(signal, release, new(why), actor, ct);
        messages.Leave(new(Tone.Good, words[release ? "quarantine.released" : "quarantine.confirmed"]));
        return TypedResults.LocalRedirect("/quarantine");
    }
}
