using System.Diagnostics;

namespace Jaga.Tests.Packages;

/// <summary>An agency's own GnuPG, with a key pair made for the test: what opens a package at the other end. Real programs, no part of Jaga.</summary>
internal sealed class Keyring : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("pgp-").FullName;

    private Keyring()
    {
    }

    public string Armored { get; private set; } = "";

    public string Fingerprint { get; private set; } = "";

    public static async Task<Keyring> Make(string name = "Unit Siber <unit@example.org>")
    {
        var ring = new Keyring();
        await ring.Gpg("--pinentry-mode", "loopback", "--passphrase", "", "--quick-gen-key", name, "future-default", "default", "never");
        ring.Fingerprint = (await ring.Gpg("--with-colons", "--list-keys")).Split('\n').First(l => l.StartsWith("fpr", StringComparison.Ordinal)).Split(':')[9];
        ring.Armored = await ring.Gpg("--armor", "--export", ring.Fingerprint);
        return ring;
    }

    /// <summary>Decrypts with <c>gpg --decrypt</c> alone.</summary>
    public Task Decrypt(string from, string to) => Gpg("--pinentry-mode", "loopback", "--passphrase", "", "--output", to, "--decrypt", from);

    /// <summary>Runs a program, and expects it to end well.</summary>
    public static async Task<string> Run(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await errors}");
        return await output;
    }

    public void Dispose()
    {
        using var end = Process.Start(new ProcessStartInfo("gpgconf", ["--homedir", _home, "--kill", "all"]));
        end?.WaitForExit();
        Directory.Delete(_home, recursive: true);
    }

    private Task<string> Gpg(params string[] arguments) => Run(_home, "gpg", ["--batch", "--yes", "--quiet", "--homedir", _home, .. arguments]);
}
