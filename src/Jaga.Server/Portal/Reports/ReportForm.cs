using System.Text;
using Jaga.Items;
using Jaga.Reports;
using Microsoft.Extensions.Primitives;

namespace Jaga.Server.Portal;

/// <summary>The form of a report, read part by part in memory: a picture that is too large is read past, and what was written is there all the same.</summary>
/// <param name="TooLarge">Whether there was a picture larger than <see cref="AddScreenshot.LargestBytes"/>.</param>
internal sealed record ReportForm(IFormCollection Fields, ReadOnlyMemory<byte>? Picture, bool TooLarge)
{
    /// <summary>The most that is read past, in bytes: photographs straight from a camera.</summary>
    public const long MostBytes = 64 * 1024 * 1024;

    private const int MostFields = 32, LongestField = 32 * 1024;

    /// <exception cref="BadInput">It is no such form.</exception>
    public static async Task<ReportForm> Read(HttpRequest request, CancellationToken ct)
    {
        if (!FormParts.Has(request, out var type))
        {
            return request.HasFormContentType ? new(await request.ReadFormAsync(ct), null, false) : throw new BadInput("form", "Send the form of the page.");
        }

        var (fields, picture, tooLarge) = (new Dictionary<string, StringValues>(), (ReadOnlyMemory<byte>?)null, false);
        await FormParts.Each(request, type, async (name, file, body) =>
        {
            if (file is null && fields.Count < MostFields)
            {
                fields[name] = await FormParts.ReadAll(body, LongestField, ct) is { } text ? Encoding.UTF8.GetString(text.Span) : throw new BadInput(name, "This is too long.");
            }
            else if (file is not null && name == "screenshot")
            {
                var bytes = await FormParts.ReadAll(body, AddScreenshot.LargestBytes, ct);
                (picture, tooLarge) = (bytes is { Length: > 0 } ? bytes : picture, tooLarge || bytes is null);
            }
        }, ct);
        return new(new FormCollection(fields), picture, tooLarge);
    }
}
