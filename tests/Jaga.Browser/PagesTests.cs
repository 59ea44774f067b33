using Jaga.Server.Pages;
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

        if (reading is { Width: 1440, Language: "en" })
        {
            found.AddRange(await WithEverythingOwed(reader));
        }

        found.AddRange(reader.Complaints);
        return found;
    }

    // With five digits in every number, in either language: more than any house will see.
    private static async Task<List<string>> WithEverythingOwed(Reader reader)
    {
        var found = new List<string>();
        foreach (var language in Text.Languages)
        {
            await reader.Speak(language);
            await reader.Page.GotoAsync(reader.Url("/queue"));
            await reader.Page.EvaluateAsync("""
                () => {
                  const box = document.querySelector("#numbers");
                  box.innerHTML = box.innerHTML.replace(/<b>[^<]*<\/b>/g, "<b>88,888</b>");
                }
                """);
            await reader.Picture("/head", language);
            found.AddRange(await reader.Page.EvaluateAsync<string>(Head) is { Length: > 0 } wrong ? [$"/queue in {language}: {wrong}"] : Array.Empty<string>());
        }

        return found;
    }

    // The head is one row, and whatever sticks keeps clear of it.
    private const string Head = """
        (() => {
          const head = document.querySelector("header.top");
          if (!head || getComputedStyle(head).position !== "sticky") return "";
          const height = head.getBoundingClientRect().height;
          const under = [...document.querySelectorAll("main *, .side-wide")].filter(e => getComputedStyle(e).position === "sticky" && !e.closest(".case-decide .commit") && parseFloat(getComputedStyle(e).top) < height);
          const wide = [...document.querySelectorAll(".top-in > *")].filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0);
          return [height > 64 ? `the head is ${height} px high` : "", ...under.map(e => `${e.className} sticks under the head`), ...wide.map(e => `${e.className} runs out of the head`)].filter(s => s).join("; ");
        })()
        """;

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

        if (reading.Width >= 1440 && await reader.Page.EvaluateAsync<string>(Head) is { Length: > 0 } hidden)
        {
            found.Add($"{path}: {hidden}");
        }

        // Axe takes seconds a page: every page once, and once more in the dark those that have all the colours.
        if (reading is { Width: 1440, Dark: false } || (reading is { Width: 320, Dark: true } && (path is "/" || path.StartsWith("/cases/", StringComparison.Ordinal))))
        {
            found.AddRange(await reader.Wrong());
        }

        return found;
    }
}
