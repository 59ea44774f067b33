using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Jaga.People;
using Jaga.Server.Pages;
using Microsoft.Playwright;
using Role = Jaga.People.Role;

namespace Jaga.Browser;

/// <summary>How a reader reads.</summary>
/// <param name="Width">Pixels: 1,440 is a desk, 320 the narrowest phone (WCAG 2.2, 1.4.10).</param>
public sealed record Reading(int Width = 1440, string Language = "en", bool Dark = false, bool Script = true);

/// <summary>The product on SQLite with a browser in front of it, and everything that the browser complained about.</summary>
public sealed class Reader : IAsyncDisposable
{
    /// <summary>How long the browser is waited for, on a machine that has much else to do.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly IBrowserContext _browser;
    private readonly ConcurrentQueue<string> _complaints = [];

    private Reader(JagaHost jaga, IBrowserContext browser, IPage page) => (Jaga, _browser, Page) = (jaga, browser, page);

    public JagaHost Jaga { get; }

    public IPage Page { get; }

    /// <summary>What went wrong in the browser: errors of script, refused resources, answers of 500.</summary>
    public IReadOnlyList<string> Complaints => [.. _complaints];

    /// <summary>Passkeys belong to a name, not to an address, so the browser asks for localhost.</summary>
    public string Url(string path) => $"http://localhost:{Jaga.Address.Port}{path}";

    public static async Task<Reader> Open(JagaHost jaga, Reading reading, params Role[] roles)
    {
        var browser = await Chromium.Open(new()
        {
            ViewportSize = new() { Width = reading.Width, Height = reading.Width < 600 ? 740 : 900 },
            Locale = reading.Language is "id" ? "id-ID" : "en-GB",
            TimezoneId = "Asia/Jakarta",
            ColorScheme = reading.Dark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = reading.Script,
            ReducedMotion = ReducedMotion.Reduce,
        });
        browser.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        var reader = new Reader(jaga, browser, await browser.NewPageAsync());
        await browser.AddCookiesAsync([new() { Name = Viewer.LanguageCookie, Value = reading.Language, Url = reader.Url("/") }]);
        reader.Page.PageError += (_, error) => reader._complaints.Enqueue(error);
        reader.Page.Console += (_, line) =>
        {
            if (line.Type is "error")
            {
                reader._complaints.Enqueue(line.Text);
            }
        };
        if (roles.Length > 0)
        {
            await reader.SignIn(roles);
        }

        return reader;
    }

    /// <summary>Has the pages in another language from the next one on.</summary>
    public Task Speak(string language) => _browser.AddCookiesAsync([new() { Name = Viewer.LanguageCookie, Value = language, Url = Url("/") }]);

    /// <summary>Goes to a page of the product and waits until it has settled.</summary>
    public async Task Go(string path)
    {
        await Page.GotoAsync(Url(path));
        await Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
    }

    /// <summary>Presses a key once the page's script listens: text is seen before that.</summary>
    public async Task Press(string key)
    {
        await Page.WaitForLoadStateAsync(LoadState.Load);
        await Page.Keyboard.PressAsync(key);
    }

    /// <summary>Lets the browser hold a session of somebody with these roles, without the page for it.</summary>
    public async Task SignIn(params Role[] roles) => await SignIn(await Jaga.SignedIn(roles));

    /// <summary>Lets the browser hold this session.</summary>
    public async Task SignIn(string token) => await _browser.AddCookiesAsync([new() { Name = SessionCookie.Plain, Value = token, Url = Url("/") }]);

    /// <summary>Gives the browser a device that makes passkeys and says yes to everything.</summary>
    public async Task AddAuthenticator()
    {
        var tools = await _browser.NewCDPSessionAsync(Page);
        await tools.SendAsync("WebAuthn.enable");
        await tools.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }

    /// <summary>What axe finds wrong with the page as it is now, by all its rules, each with the first place. What is right is not written out: that takes longer than the finding.</summary>
    public async Task<IReadOnlyList<string>> Wrong()
    {
        var found = await Page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
        return [.. found.Violations.Select(v => $"{new Uri(Page.Url).PathAndQuery}: {v.Id}: {v.Help} {v.Nodes[0].Html}")];
    }

    /// <summary>Keeps a picture of the page for people to look at, in the folder that <c>JAGA_PICTURES</c> names; does nothing without it.</summary>
    public async Task Picture(string path, string how)
    {
        if (Environment.GetEnvironmentVariable("JAGA_PICTURES") is { Length: > 0 } folder)
        {
            var name = string.Join('-', path.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => !Guid.TryParse(p, out _)).DefaultIfEmpty("home"));
            await Page.ScreenshotAsync(new() { Path = System.IO.Path.Combine(folder, $"{name}{(path.Any(char.IsDigit) ? "-one" : "")}-{how}.png"), FullPage = true });
        }
    }

    public async ValueTask DisposeAsync() => await _browser.DisposeAsync();
}
