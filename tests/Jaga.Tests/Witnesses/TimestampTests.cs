using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Jaga.Tests.Evidence;
using Jaga.Witnesses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Jaga.Tests.Witnesses;

public sealed class TimestampTests
{
    // The authority is OpenSSL's own (openssl ts -reply), with a certificate made here, behind a real socket.
    private const string Config = """
        [ req ]
        distinguished_name = dn
        prompt = no
        [ dn ]
        CN = Test timestamp authority
        [ ext ]
        extendedKeyUsage = critical,timeStamping
        [ tsa ]
        default_tsa = here
        [ here ]
        serial = ./serial
        signer_digest = sha256
        default_policy = 1.2.3.4.1
        digests = sha256
        tsa_name = yes
        ess_cert_id_chain = no
        ess_cert_id_alg = sha256
        """;

    [Theory, InlineData("rsa:2048"), InlineData("ec")]
    public async Task A_checkpoint_is_timestamped_by_an_authority_and_anybody_can_check_it(string key)
    {
        var folder = Authority(key);
        var broken = false;
        await using var authority = await Listen(folder, () => broken);
        await using var jaga = await JagaHost.Start(Store.Sqlite, settings:
            [("Witnesses:TimestampAuthority", authority.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/tsa"), ("Witnesses:TimestampRoots", Path.Combine(folder, "cert.pem")), ("Witnesses:AllowPrivate", "true")]);
        await jaga.Keep([1]);
        await jaga.Turn<PublishCheckpoint>();
        var (stored, note) = await jaga.Ask<Db, (StoredTimestamp, string)>(async db =>
        {
            var timestamp = await db.Set<StoredTimestamp>().SingleAsync();
            return (timestamp, (await db.AuditCheckpoints.SingleAsync(c => c.Size == timestamp.Size)).Note);
        });

        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(Path.Combine(folder, "cert.pem"));
        Assert.Equal(stored.At, Timestamps.Check(stored.Token, Encoding.UTF8.GetBytes(note), null, roots));
        await File.WriteAllBytesAsync(Path.Combine(folder, "token"), stored.Token);
        await File.WriteAllTextAsync(Path.Combine(folder, "note"), note);
        Assert.Contains("OK", Run(folder, "ts", "-verify", "-token_in", "-in", "token", "-data", "note", "-CAfile", "cert.pem"), StringComparison.Ordinal);

        // Other data, another request, other roots, and any bit of the token.
        Assert.Throws<TimestampWrong>(() => Timestamps.Check(stored.Token, "x"u8, null, roots));
        Assert.Throws<TimestampWrong>(() => Timestamps.Check(stored.Token, Encoding.UTF8.GetBytes(note), [1, 2, 3], roots));
        var others = new X509Certificate2Collection();
        others.ImportFromPemFile(Path.Combine(Authority("ec"), "cert.pem"));
        Assert.Throws<TimestampWrong>(() => Timestamps.Check(stored.Token, Encoding.UTF8.GetBytes(note), null, others));
        Assert.Throws<TimestampWrong>(() => Timestamps.Check(stored.Token[..^1], Encoding.UTF8.GetBytes(note), null, roots));
        var altered = stored.Token.ToArray();
        altered[^1] ^= 1;
        Assert.Throws<TimestampWrong>(() => Timestamps.Check(altered, Encoding.UTF8.GetBytes(note), null, roots));

        broken = true;
        await jaga.Keep([2]);
        await jaga.Turn<PublishCheckpoint>();
        await jaga.Do(async db => Assert.NotNull((await db.WitnessRounds.SingleAsync(r => r.Name == "timestamp")).Failure));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Roots_that_cannot_be_read_are_told_and_stop_nobody_after_them()
    {
        var folder = Authority("ec");
        var roots = Path.Combine(folder, "roots.pem");
        File.Copy(Path.Combine(folder, "cert.pem"), roots);
        await using var authority = await Listen(folder, () => false);
        await using var jaga = await JagaHost.Start(Store.Sqlite, settings:
            [("Witnesses:TimestampAuthority", authority.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/tsa"), ("Witnesses:TimestampRoots", roots), ("Witnesses:AllowPrivate", "true")]);
        await File.WriteAllTextAsync(roots, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        await jaga.Keep([1]);
        await jaga.Turn<PublishCheckpoint>();
        await jaga.Do(async db =>
        {
            Assert.Equal(WitnessFault.House, (await db.WitnessRounds.SingleAsync(r => r.Name == "timestamp")).Fault);
            Assert.True(await db.Notices.AnyAsync(n => n.About.Kind == "witness"));
        });
        Directory.Delete(folder, recursive: true);
    }

    private static string Authority(string key)
    {
        var folder = Directory.CreateTempSubdirectory("jaga-tsa-").FullName;
        File.WriteAllText(Path.Combine(folder, "tsa.cnf"), Config);
        File.WriteAllText(Path.Combine(folder, "serial"), "01\n");
        string[] kind = key == "ec" ? ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"] : ["-newkey", key];
        Run(folder, ["req", "-x509", .. kind, "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "3650", "-config", "tsa.cnf", "-extensions", "ext"]);
        return folder;
    }

    private static async Task<WebApplication> Listen(string folder, Func<bool> broken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/tsa", (Delegate)(async (HttpContext http) =>
        {
            await using (var query = File.Create(Path.Combine(folder, "query")))
            {
                await http.Request.Body.CopyToAsync(query);
            }

            if (broken())
            {
                return TypedResults.Bytes([0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02], "application/timestamp-reply");
            }

            Run(folder, "ts", "-reply", "-queryfile", "query", "-out", "reply", "-config", "tsa.cnf", "-section", "here", "-signer", "cert.pem", "-inkey", "key.pem");
            return TypedResults.Bytes(await File.ReadAllBytesAsync(Path.Combine(folder, "reply")), "application/timestamp-reply");
        }));
        await app.StartAsync();
        return app;
    }

    private static string Run(string folder, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("openssl", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? said : throw new InvalidOperationException(said);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("There is no openssl to be the timestamp authority.");
            throw;
        }
    }
}
