using Jaga.Banks;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.Banks;

/// <summary>Pages and forms of the banks.</summary>
public static class BankPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/banks", async (ReadBanks read, string? after, CancellationToken ct) =>
            ConsolePages.Page<BanksPage>(new { Banks = await read.Run(new(after, null), ct) })).Requires(Permission.ReadBanks);
        pages.MapPost("/banks", Create).Requires(Permission.EditBanks);
        pages.MapGet("/banks/{id}", async (Id<Bank> id, ReadBanks read, ReadBatches batches, string? after, CancellationToken ct) =>
            ConsolePages.Page<BankPage>(new { Bank = await read.One(id, ct), Batches = await batches.Run(id, new(after, null), ct) })).Requires(Permission.ReadBanks);
        pages.MapPost("/banks/{id}", Edit).Requires(Permission.EditBanks);
        pages.MapPost("/banks/{id}/import", Import).Requires(Permission.EditBanks);
        pages.MapPost("/banks/{id}/opinion", Judge).Requires(Permission.JudgeSignals).Requires(Permission.EditBanks);
        SignalPages.Map(pages);
    }

    private static async Task<RedirectHttpResult> Create([FromForm] string name, [FromForm] string? description, [FromForm] string? labels, [FromForm] OnMatch onMatch, [FromForm] BankOrigin origin, CreateBank create, Actor actor, CancellationToken ct)
    {
        var bank = await create.Run(new(new() { Name = name, Description = description ?? "", Labels = Words(labels), OnMatch = onMatch }, origin), actor, ct);
        return TypedResults.LocalRedirect($"/banks/{bank.Id}");
    }

    private static async Task<RedirectHttpResult> Edit(Id<Bank> id, [FromForm] OnMatch onMatch, [FromForm] int maxDistance, [FromForm] int minQuality, [FromForm] int? textDistance, [FromForm] int? filmDistance, [FromForm] int? filmQuality, [FromForm] double? filmQueryPercent, [FromForm] double? filmSignalPercent, [FromForm] double? vectorDistance,
        [FromForm] string? labels, [FromForm] double share, [FromForm] bool? drops, [FromForm] bool? enabled, [FromForm] string why,
        EditBank edit, Messages messages, Text words, Actor actor, CancellationToken ct)
    {
        await edit.Run(id, new(new()
        {
            OnMatch = onMatch, MaxDistance = maxDistance, MinQuality = minQuality, TextDistance = textDistance, FilmDistance = filmDistance, FilmQuality = filmQuality,
            FilmQueryPercent = filmQueryPercent, FilmSignalPercent = filmSignalPercent, VectorDistance = vectorDistance,
            Labels = Words(labels), EnabledRatio = share / 100, DropsDeconfirmed = drops is true, Enabled = enabled is true,
        }, why), actor, ct);
        messages.Leave(new(Tone.Good, words["bank.changed"]));
        return TypedResults.LocalRedirect($"/banks/{id}");
    }

    private static async Task<RedirectHttpResult> Judge(Id<Bank> id, [FromForm] string hash, [FromForm] Judgement judgement, [FromForm] string why, ReadSignals read, GiveOpinion give, Messages messages, Text words, Actor actor, CancellationToken ct)
    {
        var found = await read.Find(id, hash.Trim(), ct);
        foreach (var signal in found)
        {
            await give.Run(id, signal.Id, new(judgement, why), actor, ct);
        }

        messages.Leave(found.Count > 0 ? new(Tone.Good, words["opinion.given"]) : new(Tone.Warn, words["opinion.not-found"]));
        return TypedResults.LocalRedirect($"/banks/{id}");
    }

    // A file with bad lines is answered with the page that lists them, and nothing is kept; the answer to a good one is a redirect, so that reloading imports nothing twice.
    private static async Task<IResult> Import(Id<Bank> id, IFormFile file, [FromForm] string? algorithm, [FromForm] bool? skipBad, ReadBanks read, ImportSignals import, Messages messages, Text words, Actor actor, CancellationToken ct)
    {
        SignalType? usual = string.IsNullOrEmpty(algorithm) ? null : SignalTypes.TryRead(algorithm, out var known) ? known : throw new BadInput("algorithm", "There is no such algorithm.");
        await using var stream = file.OpenReadStream();
        var report = await import.Run(id, stream, file.FileName.Length is > 0 and <= 200 ? Path.GetFileName(file.FileName) : "upload", usual, skipBad is true, actor, ct);
        if (!report.Kept)
        {
            return new RazorComponentResult<ImportPage>(new { Bank = await read.One(id, ct), Report = report }) { StatusCode = StatusCodes.Status422UnprocessableEntity };
        }

        messages.Leave(new(Tone.Good, words["bank.imported", report.Added, report.Duplicates, report.Bad]));
        return TypedResults.LocalRedirect($"/banks/{id}");
    }

    private static List<string> Words(string? labels) => [.. (labels ?? "").Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
