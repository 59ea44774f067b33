using System.Collections.Concurrent;
using Jaga.Reports;
using Microsoft.Playwright;

namespace Jaga.Browser;

/// <summary>The pages on which the public reports: whoever needs them may have an old phone, no script, no mouse.</summary>
public sealed class ReportTests
{
    /// <summary>HTML, style and script of the first page, in bytes as they are before compression.</summary>
    private const int HeaviestPage = 50_000;

    [Theory, InlineData("en", 1440), InlineData("id", 320)]
    public async Task The_browser_solves_the_puzzle_and_no_step_shuts_anybody_out(string language, int width)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var reader = await Reader.Open(jaga, new(width, language));
        var answers = new ConcurrentQueue<IResponse>();
        reader.Page.Response += (_, answer) => answers.Enqueue(answer);
        await reader.Go("/report");
        var weight = 0;
        foreach (var answer in answers.Where(a => a.Ok && a.Url.StartsWith("http", StringComparison.Ordinal)).ToList())
        {
            weight += (await answer.BodyAsync()).Length;
        }

        Assert.InRange(weight, 1000, HeaviestPage);
        await Right(reader, width, language);
        await Look(reader, "report", width, language);
        var numbers = await reader.Page.Locator(".numbers a").AllAsync();
        var boxes = await Task.WhenAll(numbers.Select(n => n.BoundingBoxAsync()));
        Assert.All(boxes.Zip(boxes.Skip(1)), pair => Assert.True(pair.Second!.X > pair.First!.X + pair.First.Width + 4 || pair.Second.Y > pair.First.Y + pair.First.Height + 4));
        await reader.Page.Locator("#category").SelectOptionAsync("harassment");
        await reader.Page.Locator("#location").FillAsync("akun @jahat99 di chat");
        await reader.Page.Locator("#words").FillAsync("They name the school of a pupil and ask where the pupil lives.");
        await reader.Page.Locator("[name=goodFaith]").CheckAsync();

        // As a browser sends it that runs no script: the slower step, whose puzzle this one solves.
        await reader.Page.EvaluateAsync("const form = document.querySelector('form[data-puzzle]'); form.elements.answer.value = ''; HTMLFormElement.prototype.submit.call(form)");
        await Assertions.Expect(reader.Page.Locator("[name=slow]")).ToHaveCountAsync(1);
        await Right(reader, width, language);
        await reader.Page.Locator("main button").ClickAsync();
        await Assertions.Expect(reader.Page.Locator("p.code")).ToBeVisibleAsync();
        var code = await reader.Page.Locator("p.code").TextContentAsync();
        Assert.NotNull(ReceiptCode.Read(code!, out _));
        await Right(reader, width, language);
        await Look(reader, "report/received", width, language);

        // A telephone loads again what it had put away; and somebody goes back to the form.
        await reader.Page.ReloadAsync();
        await Assertions.Expect(reader.Page.Locator("p.code")).ToHaveTextAsync(code!);
        Assert.DoesNotContain(code!, reader.Page.Url, StringComparison.Ordinal);
        await reader.Go("/report");
        await reader.Page.Locator("a[href='/report/received']").ClickAsync();
        await Assertions.Expect(reader.Page.Locator("p.code")).ToHaveTextAsync(code!);

        await reader.Page.Locator("form[action='/report/answer'] button").ClickAsync();
        await Assertions.Expect(reader.Page.Locator("#message")).ToBeVisibleAsync();
        await Right(reader, width, language);
        await Look(reader, "report/opened", width, language);
        await reader.Page.Locator("form[action='/report/forget'] button").ClickAsync();
        await Assertions.Expect(reader.Page.Locator("#code")).ToBeVisibleAsync();
        await Right(reader, width, language);
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task Without_script_and_by_keyboard_alone_a_report_is_made_and_opened_again()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var reader = await Reader.Open(jaga, new(320, Script: false));
        await reader.Go("/report");
        await Type(reader, "#category", "Hara");
        await Type(reader, "#location", "group:812");
        await Type(reader, "#words", "They name the school of a pupil.");
        await Type(reader, "[name=goodFaith]", " ");
        await Press(reader);
        await Assertions.Expect(reader.Page.Locator("[name=slow]")).ToHaveCountAsync(1);
        jaga.Clock.Advance(TimeSpan.FromSeconds(10));
        await Press(reader);
        await Assertions.Expect(reader.Page.Locator("p.code")).ToBeVisibleAsync();
        await Press(reader);
        await Assertions.Expect(reader.Page.Locator("#message")).ToBeVisibleAsync();
        await Type(reader, "#message", "It happens every evening.");
        await reader.Page.Keyboard.PressAsync("Tab");
        await reader.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(reader.Page.Locator("main ol li")).ToContainTextAsync("It happens every evening.");
        await reader.Page.ReloadAsync();
        await Assertions.Expect(reader.Page.Locator("main ol li")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task What_is_wrong_stands_on_top_and_the_browser_goes_to_the_field()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var reader = await Reader.Open(jaga, new(320, "id", Dark: true));
        await reader.Go("/report");
        await reader.Page.Locator("#category").SelectOptionAsync("grooming");
        await reader.Page.Locator("#location").FillAsync("   ");
        await reader.Page.Locator("#words").FillAsync("Dia meminta foto.");
        await reader.Page.Locator("[name=goodFaith]").CheckAsync();
        await reader.Page.Locator("form[data-puzzle] button").ClickAsync();
        await Assertions.Expect(reader.Page.Locator("main > [role=alert] a[href='#location']")).ToHaveCountAsync(1);
        await Assertions.Expect(reader.Page.Locator("#location")).ToBeFocusedAsync();
        await Assertions.Expect(reader.Page.Locator("#words")).ToHaveValueAsync("Dia meminta foto.");
        await Right(reader, 320, "id");
        await Look(reader, "report/wrong", 320, "id");
    }

    [Fact]
    public async Task The_desk_answers_a_reporter_and_opens_who_it_was_for_a_reason()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var draft = new ReportDraft("harassment", "group:812", "They name the school of a pupil.", Identity: new("Ibu Sari"));
        var report = (await jaga.Ask<TakeReport, Receipt>(take => take.Run(draft, Actor.System("test"), default))).Id;
        await jaga.Ask<SortReports, bool>(sort => sort.Run(default));
        await using var reader = await Reader.Open(jaga, new(320, "id"), People.Role.Lead);
        await reader.Go("/reports?via=public&about=group/812");
        await Right(reader, 320, "id");
        await reader.Picture("/reports", "320-id");
        await reader.Page.Locator($"a[href='/reports/{report}']").ClickAsync();
        await reader.Page.Locator("#words").FillAsync("Pukul berapa?");
        await reader.Page.Locator("form[action$='/messages'] button").ClickAsync();
        await Assertions.Expect(reader.Page.Locator("ol.list")).ToContainTextAsync("Pukul berapa?");
        await reader.Page.Locator("#reason").FillAsync("the ministry asks");
        await reader.Page.Locator("form[action$='/identity'] button").ClickAsync();
        await Assertions.Expect(reader.Page.Locator("main")).ToContainTextAsync("Ibu Sari");
        await Right(reader, 320, "id");
        await reader.Picture($"/reports/{report}", "320-id");
        await reader.Page.Locator(".facts a[href^='/cases/']").ClickAsync();
        await Assertions.Expect(reader.Page.Locator("#reports-title")).ToBeVisibleAsync();
        await Right(reader, 320, "id");
        await reader.Picture("/cases/1", "320-id");
        Assert.Empty(reader.Complaints);
    }

    private static Task Look(Reader reader, string path, int width, string language) => reader.Picture($"/{path}", $"{width}-{language}");

    private static async Task Right(Reader reader, int width, string language)
    {
        await reader.Page.WaitForLoadStateAsync(LoadState.Load);
        Assert.Equal(language, await reader.Page.EvaluateAsync<string>("document.documentElement.lang"));
        Assert.InRange(await reader.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, width);
        Assert.Empty(await reader.Wrong());
    }

    private static async Task Type(Reader reader, string where, string keys)
    {
        await Tab(reader, where);
        await reader.Page.Keyboard.TypeAsync(keys);
    }

    private static async Task Press(Reader reader)
    {
        await Tab(reader, "main form[action^='/report']:not([method=get]) button");
        await reader.Page.Keyboard.PressAsync("Enter");
    }

    // As somebody does who has no mouse: on and on, until it is there.
    private static async Task Tab(Reader reader, string where)
    {
        var there = reader.Page.Locator(where).And(reader.Page.Locator(":focus"));
        for (var i = 0; i < 80; i++)
        {
            await reader.Page.Keyboard.PressAsync("Tab");
            if (await there.CountAsync() > 0)
            {
                return;
            }
        }

        Assert.Fail($"No key leads to {where}.");
    }
}
