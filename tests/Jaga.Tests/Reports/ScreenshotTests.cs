using Jaga.Reports;

namespace Jaga.Tests.Reports;

/// <summary><see cref="AddScreenshot"/> and <see cref="MissScreenshots"/>: a picture may be lost, its report and receipt never.</summary>
public sealed class ScreenshotTests
{
    [Fact]
    public async Task A_vault_that_takes_nothing_costs_the_picture_and_not_the_receipt()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var vault = Path.Combine(jaga.Data, "vault");
        if (Directory.Exists(vault))
        {
            Directory.Delete(vault, recursive: true);
        }

        await File.WriteAllTextAsync(vault, "no folder");
        var receipt = await jaga.Ask<TakeReport, Receipt>(take => take.Run(Draft(), Actor.System("test"), default));

        Assert.Equal(ReportState.Received, (await TakeReportTests.Open(jaga, receipt.Code)).State);
        await jaga.Do(async db => Assert.Equal("failed", (await db.Reports.SingleAsync()).Screenshot));
    }

    [Fact]
    public async Task Whoever_closes_the_page_after_the_report_is_kept_has_the_picture_kept_too()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var page = new CancellationTokenSource();
        await jaga.Ask<TakeReport, Receipt>(take => take.Run(Draft(), Actor.System("test"), page.Token, also: (_, _) => page.Cancel()));

        await jaga.Do(async db => Assert.Equal("read", (await db.Reports.SingleAsync()).Screenshot));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_picture_that_a_crash_took_with_it_does_not_wait_for_ever(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var lost = await TakeReportTests.Take(jaga, "group:812");
        jaga.Clock.Advance(TimeSpan.FromMinutes(31));
        var busy = await TakeReportTests.Take(jaga, "group:812");
        await jaga.Do(db => db.Reports.ExecuteUpdateAsync(set => set.SetProperty(r => r.Screenshot, "waiting")));
        Assert.False(await jaga.Ask<MissScreenshots, bool>(miss => miss.Run(default)));

        await jaga.Do(async db =>
        {
            Assert.Equal("failed", (await db.Reports.SingleAsync(r => r.Id == lost.Id)).Screenshot);
            Assert.Equal("waiting", (await db.Reports.SingleAsync(r => r.Id == busy.Id)).Screenshot);
            Assert.Equal(1, await db.AuditLines.CountAsync(l => l.Action == "screenshot.failed"));
        });
    }

    private static ReportDraft Draft() => TakeReportTests.Draft("group:812") with { Screenshot = Picture.Draw(3).Png() };
}
