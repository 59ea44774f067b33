using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;

namespace Jaga.Packages;

/// <summary>What a public key says of itself.</summary>
/// <param name="Armored">The key alone, as GnuPG writes it.</param>
/// <param name="Fingerprint">Of the primary key, upper-case hexadecimal.</param>
/// <param name="Names">Whom it says that it is.</param>
public sealed record PgpKey(string Armored, string Fingerprint, IReadOnlyList<string> Names, string Algorithm, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);

/// <summary>
/// Encrypts to a public key by the system's GnuPG: in a home of its own that is removed afterwards, without agent, configuration, environment or terminal, and without ever holding a secret key.
/// What goes through it is streamed.
/// </summary>
public sealed class OpenPgp(PackageSettings settings)
{
    private const int MaxKey = 256 * 1024;
    private const string Begin = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
    private static readonly string[] Usual = ["/usr/bin/gpg", "/usr/local/bin/gpg"];
    private static readonly string[] ImportClean = ["--import-options", "import-clean", "--import"], Import = ["--import"], ListKeys = ["--with-colons", "--fixed-list-mode", "--list-keys"];
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30), Grace = TimeSpan.FromSeconds(2);

    /// <summary>The program, or null where there is none.</summary>
    public string? Program { get; } = settings.Gpg.Length > 0 ? settings.Gpg : Array.Find(Usual, File.Exists);

    /// <summary>Reads one public key.</summary>
    /// <exception cref="BadInput">It is none, more than one, or one that cannot be encrypted to.</exception>
    /// <exception cref="RuleBroken">GnuPG is not installed.</exception>
    public async Task<PgpKey> Read(string? armored, CancellationToken ct)
    {
        if (armored is not { Length: > 0 and <= MaxKey } || !armored.Contains(Begin, StringComparison.Ordinal) || armored.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            throw new BadInput("key", $"Give one public key in ASCII armour, from {Begin} on.");
        }

        if (armored.IndexOf(Begin, StringComparison.Ordinal) != armored.LastIndexOf(Begin, StringComparison.Ordinal))
        {
            throw new BadInput("key", "This is not one public key. Give the agency's key alone.");
        }

        var home = Directory.CreateTempSubdirectory("jaga-pgp-").FullName;
        try
        {
            await Ask(home, armored, ImportClean, ct);
            var lines = (await Ask(home, "", ListKeys, ct)).Output.Split('\n').Select(l => l.Split(':')).ToList();
            if (lines.Count(l => l[0] == "pub") != 1)
            {
                throw new BadInput("key", "This is not one public key. Give the agency's key alone.");
            }

            var pub = lines.Single(l => l[0] == "pub");
            if (pub[1] is "r" or "e" or "d" or "i" || !pub[11].Contains('E', StringComparison.Ordinal))
            {
                throw new BadInput("key", "This key was revoked, has expired, or cannot be encrypted to.");
            }

            var fingerprint = lines.First(l => l[0] == "fpr")[9];
            var clean = (await Ask(home, "", ["--armor", "--export-options", "export-minimal", "--export", fingerprint], ct)).Output;
            return new(clean, fingerprint, [.. lines.Where(l => l[0] == "uid").Select(l => Plain(l[9])).Take(10)], AlgorithmOf(pub), Time(pub[5])!.Value, Time(pub[6]));
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    /// <summary>Encrypts what <paramref name="write"/> writes, while <paramref name="take"/> takes what comes out.</summary>
    /// <exception cref="RuleBroken">GnuPG is not installed, or would not encrypt; it says why. What was taken then counts for nothing.</exception>
    public async Task<T> Encrypt<T>(string armored, string fingerprint, Func<Stream, Task> write, Func<Stream, Task<T>> take, CancellationToken ct)
    {
        var home = Directory.CreateTempSubdirectory("jaga-pgp-").FullName;
        try
        {
            await Ask(home, armored, Import, ct);
            using var gpg = Start(home, ["--trust-model", "always", "--recipient", fingerprint, "--compress-algo", "none", "--cipher-algo", "AES256", "--set-filename", "", "--output", "-", "--encrypt"]);
            ExceptionDispatchInfo? first = null;
            var said = gpg.StandardError.ReadToEndAsync(ct);
            var taken = Guarded(() => take(gpg.StandardOutput.BaseStream));
            var written = Guarded(async () =>
            {
                try
                {
                    await write(gpg.StandardInput.BaseStream);
                    await gpg.StandardInput.BaseStream.FlushAsync(ct);
                    gpg.StandardInput.Close();
                    return true;
                }
                catch (IOException failure)
                {
                    // Where it ended before it had read everything, what it said tells why; else the failure is ours.
                    using var grace = new CancellationTokenSource(Grace);
                    await gpg.WaitForExitAsync(grace.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                    return gpg.HasExited ? false : throw new IOException(failure.Message, failure);
                }
            });
            try
            {
                await Task.WhenAll(written, taken, said);
                await gpg.WaitForExitAsync(ct);
            }
            catch (Exception) when (first is not null)
            {
                first.Throw();
            }

            return gpg.ExitCode == 0 && await written ? await taken : throw new RuleBroken($"GnuPG did not encrypt: {Last(await said)}");

            // Whichever end fails first ends the other: half a package must never look like a whole one.
            async Task<TPart> Guarded<TPart>(Func<Task<TPart>> work)
            {
                try
                {
                    return await work();
                }
                catch (Exception failure)
                {
                    Interlocked.CompareExchange(ref first, ExceptionDispatchInfo.Capture(failure), null);
                    End(gpg);
                    throw;
                }
            }
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private async Task<(string Output, string Errors)> Ask(string home, string input, string[] arguments, CancellationToken ct)
    {
        using var gpg = Start(home, arguments);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Deadline);
        try
        {
            var (output, errors) = (gpg.StandardOutput.ReadToEndAsync(limit.Token), gpg.StandardError.ReadToEndAsync(limit.Token));
            await gpg.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(input), limit.Token);
            gpg.StandardInput.Close();
            await Task.WhenAll(output, errors, gpg.WaitForExitAsync(limit.Token));
            return gpg.ExitCode == 0 ? (await output, await errors) : throw new BadInput("key", $"GnuPG cannot read this key: {Last(await errors)}");
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException)
        {
            End(gpg);
            ct.ThrowIfCancellationRequested();
            throw new RuleBroken("GnuPG did not answer.");
        }
    }

    private Process Start(string home, string[] arguments)
    {
        var start = new ProcessStartInfo(Program ?? throw new RuleBroken("GnuPG is not installed here: install the package gnupg, then packages can be encrypted."))
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = home,
        };
        foreach (var argument in (IEnumerable<string>)["--batch", "--no-tty", "--no-options", "--no-autostart", "--quiet", "--homedir", home, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        (start.Environment["PATH"], start.Environment["LANG"], start.Environment["HOME"], start.Environment["GNUPGHOME"]) = ("/usr/bin:/bin", "C.UTF-8", home, home);
        return Process.Start(start) ?? throw new RuleBroken("GnuPG did not start.");
    }

    private static void End(Process gpg)
    {
        try
        {
            gpg.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private static string Last(string errors) => errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [.., var line] ? Plain(line) : "it said nothing.";

    private static string Plain(string text) => string.Concat(text.Take(200).Select(c => char.IsControl(c) ? '?' : c));

    private static DateTimeOffset? Time(string seconds) => long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? DateTimeOffset.FromUnixTimeSeconds(at) : null;

    // RFC 4880, 9.1, and RFC 6637.
    private static string AlgorithmOf(string[] pub) => pub[3] switch
    {
        "1" => $"RSA {pub[2]}",
        "16" => $"ElGamal {pub[2]}",
        "17" => $"DSA {pub[2]}",
        "18" or "19" or "22" => pub.ElementAtOrDefault(16) is { Length: > 0 } curve ? Plain(curve) : "ECC",
        _ => $"{pub[3]}/{pub[2]}",
    };
}
