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

    private static async Task<RedirectHttpResult> Change(Id<Lookback> id, [FromForm] string act, [FromForm] string why, SteerLookback steer, Actor actor, CancellationToken ct)
    {
        await steer.Run(id, Words.Read<Steering>("act", act) ?? throw new BadInput("act", "Say what it is to do."), new(why), actor, ct);
        return TypedResults.LocalRedirect("/lookbacks");
    }
}
