using Jaga.Banks;
using Jaga.Items.Lookbacks;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.Lookbacks;

/// <summary>The page of look-backs, and the forms that start, pause, resume and cancel one.</summary>
public static class LookbackPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/lookbacks", async (ReadLookbacks read, ReadBanks banks, string? after, CancellationToken ct) => ConsolePages.Page<LookbacksPage>(new
        {
            Lookbacks = await read.Run(new(after, null), ct),
            Banks = (await banks.Run(new(null, Page<BankAnswer>.MaxSize), ct)).Rows.Where(b => b.Enabled && b.OnMatch is not OnMatch.Allow).ToList(),
        })).Requires(Permission.ReadBanks);
        pages.MapPost("/lookbacks", Start).Requires(Permission.EditBanks);
        pages.MapPost("/lookbacks/{id}", Change).Requires(Permission.EditBanks);
    }

    private static async Task<RedirectHttpResult> Start([FromForm] Id<Bank> bank, StartLookback start, Actor actor, CancellationToken ct)
    {
        await start.Run(new(bank), actor, ct);
        return TypedResults.LocalRedirect("/lookbacks");
    }

    private static async Task<RedirectHttpResult> Change(Id<Lookback> id, [FromForm] string act, [FromForm] string why, PauseLookback pause, ResumeLookback resume, CancelLookback cancel, Actor actor, CancellationToken ct)
    {
        _ = act switch
        {
            "pause" => await pause.Run(id, new(why), actor, ct),
            "resume" => await resume.Run(id, new(why), actor, ct),
            "cancel" => await cancel.Run(id, new(why), actor, ct),
            _ => throw new BadInput("act", "It is one of pause, resume, cancel."),
        };
        return TypedResults.LocalRedirect("/lookbacks");
    }
}
