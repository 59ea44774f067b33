using System.Security.Cryptography;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Jaga.Server.Sandbox;

/// <summary>Reads what is sent to the sandbox.</summary>
internal static class SandboxBody
{
    /// <summary>The XML of a request; null where it is none.</summary>
    public static async Task<XDocument?> Document(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        body.Position = 0;
        try
        {
            using var reader = XmlReader.Create(body, new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return XDocument.Load(reader);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>The form's field <c>id</c> and its file, of which only digest and length are kept; null for what is not there.</summary>
    /// <param name="garbled">Whether other bytes arrive than were sent.</param>
    public static async Task<(string? Id, SandboxFile? File)> Upload(HttpRequest request, bool garbled)
    {
        (string? id, SandboxFile? file) = (null, null);
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
        {
            return (id, file);
        }

        var reader = new MultipartReader(boundary, request.Body);
        while (await reader.ReadNextSectionAsync() is { } section)
        {
            var name = ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) ? HeaderUtilities.RemoveQuotes(disposition.Name).Value : null;
            if (name is "id")
            {
                using var text = new StreamReader(section.Body);
                id = await text.ReadToEndAsync();
            }
            else if (name is "file")
            {
                var (md5, length) = await Digest(section.Body);
                file = new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), HeaderUtilities.RemoveQuotes(disposition!.FileName).Value ?? "", garbled ? new string('0', 32) : md5, length);
            }
        }

        return (id, file);
    }

    private static async Task<(string Md5, long Length)> Digest(Stream body)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var (piece, length) = (new byte[64 * 1024], 0L);
        while (await body.ReadAsync(piece) is > 0 and var read)
        {
            md5.AppendData(piece, 0, read);
            length += read;
        }

        return (Convert.ToHexStringLower(md5.GetHashAndReset()), length);
    }
}
