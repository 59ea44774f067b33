using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Jaga.Server.Pages;

/// <summary>
/// Script, style and icons, carried inside the program: one file to install, and the same bytes wherever it runs.
/// A URL names the bytes' digest, so that a browser may keep them for ever.
/// </summary>
public static class Bundle
{
    private const string Prefix = "assets/";
    private static readonly FrozenDictionary<string, Asset> All = Load();

    /// <summary>The names there are; empty when the program was built before <c>npm run build</c>.</summary>
    public static IEnumerable<string> Names => All.Keys;

    /// <summary>The URL of an asset, e.g. <c>/assets/console.css?v=1a2b3c4d</c>.</summary>
    public static string Url(string name) => All.TryGetValue(name, out var asset) ? $"/{Prefix}{name}?v={asset.Version}" : $"/{Prefix}{name}";

    /// <summary>The plain bytes of an asset, for tests that look into them.</summary>
    internal static ReadOnlyMemory<byte> Bytes(string name) => All[name].Plain;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet($"/{Prefix}{{name}}", Send)
        .ExcludeFromDescription()
        .Public("script, style and icons hold no data");

    private static FileContentHttpResult Send(string name, HttpContext http)
    {
        if (!All.TryGetValue(name, out var asset))
        {
            throw new NotFound("file of that name");
        }

        var packed = asset.Packed is not null && http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal);
        http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        http.Response.Headers.CacheControl = http.Request.Query["v"] == asset.Version ? "public, max-age=31536000, immutable" : "no-cache";
        if (packed)
        {
            http.Response.Headers.ContentEncoding = "br";
        }

        return TypedResults.Bytes(packed ? asset.Packed!.Value : asset.Plain, asset.Type, entityTag: new($"\"{asset.Version}{(packed ? "-br" : "")}\""));
    }

    private static FrozenDictionary<string, Asset> Load()
    {
        var assembly = typeof(Bundle).Assembly;
        var files = assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(n => n[Prefix.Length..], n =>
            {
                using var stream = assembly.GetManifestResourceStream(n)!;
                var bytes = new byte[stream.Length];
                stream.ReadExactly(bytes);
                return bytes;
            });
        return files.Where(f => !f.Key.EndsWith(".br", StringComparison.Ordinal)).ToFrozenDictionary(f => f.Key, f => new Asset(
            f.Value,
            files.TryGetValue(f.Key + ".br", out var packed) ? packed : (ReadOnlyMemory<byte>?)null,
            Convert.ToHexStringLower(SHA256.HashData(f.Value))[..12],
            Path.GetExtension(f.Key) switch { ".css" => "text/css; charset=utf-8", ".js" => "text/javascript; charset=utf-8", ".svg" => "image/svg+xml", _ => "text/plain; charset=utf-8" }));
    }

    private sealed record Asset(ReadOnlyMemory<byte> Plain, ReadOnlyMemory<byte>? Packed, string Version, string Type);
}
