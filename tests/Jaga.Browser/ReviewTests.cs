using Microsoft.Playwright;
using Role = Jaga.People.Role;

namespace Jaga.Browser;

/// <summary>The desk: take, look, decide, next.</summary>
public sealed class ReviewTests
{
    [Fact]
    public async Task A_reviewer_takes_looks_decides_undoes_and_goes_on_with_the_keyboard_alone()
    {
        await using var house = await Furnished.Start(waiting: 2);
        await using var reader = await Reader.Open(house.Jaga, new(), Role.Reviewer);
        var (page, keys) = (reader.Page, reader.Page.Keyboard);
        await reader.Go("/queue");

        await reader.Press("t");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("photo-1");
        await Assertions.Expect(page.Locator(".clock-big")).ToContainTextAsync("left");
        var first = page.Url;

        // Held, the picture is there; released, it is gone from the page, and the look is on record with its length.
        var picture = page.Locator(".reveal-picture");
        await Assertions.Expect(picture).ToHaveCountAsync(0);
        await page.WaitForLoadStateAsync(LoadState.Load);
        await keys.DownAsync("v");
        await Assertions.Expect(picture).ToBeVisibleAsync();
        await keys.UpAsync("v");
        await Assertions.Expect(picture).ToHaveCountAsync(0);
        await Poll.Until(async () => await house.Jaga.Ask<Db, bool>(db => db.Reveals.AnyAsync(r => r.Milliseconds > 0)), "the end of the look is told");

        // A digit chooses and shows what will follow; Enter commits. What lacks its policy comes back with nothing lost.
        await reader.Press("r");
        await keys.TypeAsync("I see 1 bridge");
        await reader.Press("Escape");
        await reader.Press("6");
        await Assertions.Expect(page.Locator(".consequences:visible")).ToContainTextAsync("Account u42 is banned.");
        await reader.Press("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("policy");
        await Assertions.Expect(page.Locator("#reason")).ToHaveValueAsync("I see 1 bridge");
        await reader.Press("p");
        await keys.TypeAsync("House rule 1");
        await reader.Press("Escape");
        await reader.Press("Enter");
        await Assertions.Expect(page.GetByText("Nothing has left Jaga yet.")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#actions")).ToContainTextAsync("Ban account u42");

        await reader.Press("u");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The decision was taken back");
        await reader.Press("1");
        await reader.Press("Enter");
        await Assertions.Expect(page.GetByText("This case is decided")).ToBeVisibleAsync();

        await reader.Press("n");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("photo-2");
        Assert.NotEqual(first, page.Url);
        await reader.Press("?");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await reader.Press("Escape");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
        await reader.Press("9");
        await reader.Press("Enter");
        await Assertions.Expect(page.Locator(".case-title")).ToContainTextAsync("Escalated");
        Assert.DoesNotContain(reader.Complaints, c => !c.Contains("422", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whatever_ends_the_hold_hides_the_picture()
    {
        await using var house = await Furnished.Start(waiting: 1);
        await using var reader = await Reader.Open(house.Jaga, new(), Role.Reviewer);
        await reader.Go("/queue");
        await reader.Press("t");
        var (box, picture) = (reader.Page.Locator("[data-reveal]"), reader.Page.Locator(".reveal-picture"));

        foreach (var end in new[] { "window.dispatchEvent(new Event('blur'))", "document.dispatchEvent(new PointerEvent('pointercancel'))", "window.dispatchEvent(new Event('pagehide'))" })
        {
            await reader.Page.WaitForLoadStateAsync(LoadState.Load);
            await box.HoverAsync();
            await reader.Page.Mouse.DownAsync();
            await Assertions.Expect(picture).ToBeVisibleAsync();
            await reader.Page.EvaluateAsync(end);
            await Assertions.Expect(picture).ToHaveCountAsync(0);
            await reader.Page.Mouse.UpAsync();
        }

        // A click is not a hold: nothing stays.
        await box.ClickAsync();
        await Assertions.Expect(picture).ToHaveCountAsync(0);
        await Poll.Until(async () => await house.Jaga.Ask<Db, int>(db => db.Reveals.CountAsync()) == 4, "every look, however short, is on record");
    }

    [Fact]
    public async Task Without_script_a_case_is_taken_looked_at_and_decided_by_plain_forms()
    {
        await using var house = await Furnished.Start(waiting: 1);
        await using var reader = await Reader.Open(house.Jaga, new(Script: false), Role.Reviewer);
        var page = reader.Page;
        await reader.Go("/queue");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take the next case" }).ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Look (a new page; the look is logged)" }).ClickAsync();
        await Assertions.Expect(page.GetByText("This look was logged")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Hide it and go back" }).ClickAsync();

        await page.GetByText("Breaks our rules: remove", new() { Exact = true }).ClickAsync();
        await page.GetByLabel("Policy or clause").FillAsync("House rule 1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Commit the decision" }).ClickAsync();
        await Assertions.Expect(page.GetByText("This case is decided")).ToBeVisibleAsync();
        await house.Jaga.Do(async db => Assert.Equal((1, 1), (await db.Reveals.CountAsync(), await db.Actions.CountAsync())));
    }

    [Fact]
    public async Task A_conflict_is_told_and_what_was_written_stays()
    {
        await using var house = await Furnished.Start(waiting: 1);
        await using var reader = await Reader.Open(house.Jaga, new(), Role.Reviewer);
        await reader.Go("/queue");
        await reader.Press("t");
        await reader.Page.GetByLabel("Reason").FillAsync("Half an hour of thought");
        await reader.Page.GetByLabel("Policy or clause").FillAsync("House rule 1");
        await house.Desk.Check("photo-1", house.Known.Png());

        await reader.Page.GetByText("Illegal: remove", new() { Exact = true }).ClickAsync();
        await reader.Press("Enter");

        await Assertions.Expect(reader.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("what you wrote is kept");
        await Assertions.Expect(reader.Page.GetByLabel("Reason")).ToHaveValueAsync("Half an hour of thought");
        await reader.Press("Enter");
        await Assertions.Expect(reader.Page.GetByText("This case is decided")).ToBeVisibleAsync();
    }
}
