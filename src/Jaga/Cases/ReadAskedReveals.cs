using Jaga.Evidence;

namespace Jaga.Cases;

/// <summary>Lists the looks that wait for a second person's word, oldest first.</summary>
public static class ReadAskedReveals
{
    public static async Task<Page<SecondWord>> Run(SecondWords words, PageRequest page, CancellationToken ct)
    {
        var waiting = words.Waiting(TwoPersonAct.Reveal);
        if (page.AfterId<SecondWord>() is { } after)
        {
            waiting = waiting.Where(w => w.Id > after);
        }

        return Page<SecondWord>.Of(await waiting.Take(page.Rows + 1).ToListAsync(ct), page.Rows, w => w.Id.ToString());
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/reveals/asked", (SecondWords words, string? after, int? size, CancellationToken ct) => Run(words, new(after, size), ct))
        .Requires(Permission.AllowReveals)
        .WithSummary("Looks that wait for a second person's word");
}
