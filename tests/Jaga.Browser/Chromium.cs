using Microsoft.Playwright;
namespace Jaga.Browser;

/// <summary>The distribution's Chromium, started once a run. Where it is missing the tests are skipped, and say so; in CI they fail.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string? Path = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
    private static IPlaywright? _driver;
    private static IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Path is not null)
        {
            Assertions.SetDefaultExpectTimeout((float)Reader.Patience.TotalMilliseconds);
            _driver = await Playwright.CreateAsync();
            _browser = await _driver.Chromium.LaunchAsync(new()
            {
                ExecutablePath = Path,
                Timeout = (float)Reader.Patience.TotalMilliseconds,
                Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
            });
        }
    }

    /// <summary>A new, empty browser profile.</summary>
    public static Task<IBrowserContext> Open(BrowserNewContextOptions options)
    {
        if (_browser is null)
        {
            const string missing = "Chromium is not installed here (Debian: apt-get install chromium).";
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") is not "true", missing);
            Assert.Fail(missing);
        }

        return _browser!.NewContextAsync(options);
    }

    public async ValueTask DisposeAsync()
    {
        await (_browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        _driver?.Dispose();
    }
}
