using System.Diagnostics;

namespace Jaga.Letters;

/// <summary>
/// Prints a sheet to PDF by the distribution's Chromium, where it is installed. The page comes from a file of its own, needs nothing else, and gets nothing else:
/// no network, no profile, no environment, and a deadline. The sheet holds nothing but escaped text, and its own policy refuses scripts
/// (they cannot be switched off in the browser as a whole: its printing is a script of its own).
/// </summary>
public sealed class PrintLetter(LetterSettings settings, ILogger<PrintLetter> logger)
{
    private static readonly string[] Usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>The browser that prints, or null where there is none: letters then go out with the sheet as HTML.</summary>
    public string? Browser { get; } = !settings.Pdf ? null : settings.Chromium.Length > 0 ? settings.Chromium : Array.Find(Usual, File.Exists);

    /// <summary>The sheet as PDF; null where no browser is installed, or this one could not print it in time (which is logged).</summary>
    public async Task<byte[]?> Print(string html, CancellationToken ct)
    {
        if (Browser is null)
        {
            return null;
        }

        var folder = Directory.CreateTempSubdirectory("jaga-letter-").FullName;
        try
        {
            var (page, pdf) = (Path.Combine(folder, "letter.html"), Path.Combine(folder, "letter.pdf"));
            await File.WriteAllTextAsync(page, html, ct);
            await Run(folder, page, pdf, ct);
            return File.Exists(pdf) && await File.ReadAllBytesAsync(pdf, ct) is { Length: > 5 } bytes && bytes.AsSpan().StartsWith("%PDF-"u8) ? bytes : null;
        }
        catch (Exception failure) when (failure is IOException or System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            logger.LogWarning(failure, "A letter could not be printed; it goes out as HTML");
            return null;
        }
        finally
        {
            Clean(folder);
        }
    }

    // A process of the browser that is still ending may write once more; what is left then is an empty profile.
    private void Clean(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException left)
        {
            logger.LogDebug(left, "{Folder} could not be removed", folder);
        }
    }

    private async Task Run(string folder, string page, string pdf, CancellationToken ct)
    {
        var start = new ProcessStartInfo(Browser!) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = folder };
        foreach (var argument in (IEnumerable<string>)
        [
            "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-dev-shm-usage",
            "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9", $"--user-data-dir={Path.Combine(folder, "profile")}",
            "--no-pdf-header-footer", $"--print-to-pdf={pdf}", new Uri(page).AbsoluteUri,
        ])
        {
            start.ArgumentList.Add(argument);
        }

        if (Environment.UserName == "root")
        {
            // Chromium does not build its own sandbox as root; Jaga as a service runs as a user of its own.
            start.ArgumentList.Insert(0, "--no-sandbox");
        }

        start.Environment.Clear();
        (start.Environment["PATH"], start.Environment["LANG"], start.Environment["HOME"]) = ("/usr/bin:/bin", "C.UTF-8", folder);
        using var browser = Process.Start(start) ?? throw new InvalidOperationException("No process was started.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Deadline);
        try
        {
            await Task.WhenAll(browser.StandardOutput.BaseStream.CopyToAsync(Stream.Null, limit.Token), browser.StandardError.BaseStream.CopyToAsync(Stream.Null, limit.Token), browser.WaitForExitAsync(limit.Token));
        }
        catch (OperationCanceledException)
        {
            browser.Kill(entireProcessTree: true);
            await browser.WaitForExitAsync(CancellationToken.None);
            ct.ThrowIfCancellationRequested();
            logger.LogWarning("A letter was not printed within {Seconds} s; it goes out as HTML", Deadline.TotalSeconds);
        }
    }
}
