using Microsoft.Playwright;
using Role = Jaga.People.Role;

namespace Jaga.Browser;

/// <summary>Every page there is, as somebody sees it who may see it all, with something on it.</summary>
public sealed class PagesTests
{
    private static readonly Role[] Everyone = [Role.Administrator, Role.Lead, Role.Reviewer, Role.Auditor];

    [Fact]
    public async Task No_page_shuts_anybody_out_by_how_it_is_made_and_every_page_fits_the_narrowest_phone()
    {
        await using var house = await Furnished.Start(waiting: 4);
        var paths = (await house.Furnish()).ToList();
        // Side by side: a browser waits more than it works.
        var found = await Task.WhenAll(Readings.Select(reading => Read(house, reading, paths)));
        Assert.True(found.All(f => f.Count == 0), string.Join(Environment.NewLine, found.SelectMany(f => f)));
    }

    private static async Task<List<string>> Read(Furnished house, Reading reading, IReadOnlyList<string> paths)
    {
        var found = new List<string>();
        await using var reader = await Reader.Open(house.Jaga, reading, Everyone);
        await reader.Go("/queue");
        await reader.Page.Keyboard.PressAsync("t");
        await Assertions.Expect(reader.Page.Locator(".case-title")).ToBeVisibleAsync();
        foreach (var path in paths.Append(new Uri(reader.Page.Url).AbsolutePath).ToList())
        {
            await reader.Page.GotoAsync(reader.Url(path));
            await reader.Picture(path, $"{reading.Width}-{reading.Language}{(reading.Dark ? "-dark" : "")}");
            found.AddRange(await Wrong(reader, reading, path));
        }

        found.AddRange(reader.Complaints);
        return found;
    }

    // The two that differ most; the others only when somebody wants pictures of them.
    private static Reading[] Readings => Environment.GetEnvironmentVariable("JAGA_PICTURES") is null
        ? [new(), new(320, "id", Dark: true)]
        : [new(), new(320, "id", Dark: true), new(1440, "id", Dark: true), new(320)];

    private static async Task<List<string>> Wrong(Reader reader, Reading reading, string path)
    {
        var found = new List<string>();
        var (width, language, theme) = (
            await reader.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"),
            await reader.Page.EvaluateAsync<string>("document.documentElement.lang"),
            await reader.Page.EvaluateAsync<string>("document.documentElement.dataset.bsTheme"));
        if (width > reading.Width || language != reading.Language || theme != (reading.Dark ? "dark" : "light"))
        {
            found.Add($"{path} is {width} px wide, in {language}, {theme}.");
        }

        // Axe takes seconds a page: every page once, and once more in the dark those that have all the colours.
        if (reading is { Width: 1440, Dark: false } || (reading is { Width: 320, Dark: true } && (path is "/" || path.StartsWith("/cases/", StringComparison.Ordinal))))
        {
            found.AddRange(await reader.Wrong());
        }

        return found;
    }
}
