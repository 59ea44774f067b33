using System.Buffers;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Jaga.Items;

/// <summary>Reads <c>multipart/form-data</c> part by part, each within its limit, without files on the disk.</summary>
internal static class FormParts
{
    // What a sender announces is not believed beyond this before it comes.
    private const int BufferBytes = 64 * 1024, MostAtFirst = 1024 * 1024;

    /// <summary>Whether the request is a form with parts, and its type.</summary>
    public static bool Has(HttpRequest request, out MediaTypeHeaderValue type) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out type!) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    /// <summary>Hands each part on, with its name and its file's name.</summary>
    /// <exception cref="BadInput">The form is malformed or ends early.</exception>
    public static async Task Each(HttpRequest request, MediaTypeHeaderValue type, Func<string, string?, Stream, Task> take, CancellationToken ct)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 and <= 70 } given ? given : throw new BadInput("Content-Type", "The multipart boundary is missing or too long.");
        var parts = new MultipartReader(boundary, request.Body, BufferBytes) { HeadersCountLimit = 8, HeadersLengthLimit = 8 * 1024 };
        try
        {
            while (await parts.ReadNextSectionAsync(ct) is { } part)
            {
                var disposition = ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var d) ? d : throw new BadInput("part", "A part has no Content-Disposition.");
                var file = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value;
                await take(HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "", file, part.Body);
            }
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException)
        {
            throw new BadInput("body", "The multipart body ends early or is malformed.");
        }
    }

    /// <summary>The whole of a stream, or null where it is longer than <paramref name="most"/> bytes; then it is read to its end all the same.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAll(Stream from, long most, CancellationToken ct)
    {
        var into = new MemoryStream();
        var (buffer, fits) = (ArrayPool<byte>.Shared.Rent(BufferBytes), true);
        try
        {
            while (await from.ReadAsync(buffer, ct) is > 0 and var read)
            {
                fits &= into.Length + read <= most;
                if (fits)
                {
                    into.Write(buffer, 0, read);
                }
            }

            // The bare null would become an empty file: memory converts from a null array.
            return fits ? into.GetBuffer().AsMemory(0, (int)into.Length) : (ReadOnlyMemory<byte>?)null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// The whole of a stream, in a buffer of the pool that gets it back, wiped, when the request is over: large files would otherwise be most of what is collected as garbage.
    /// </summary>
    /// <exception cref="BadInput">It is longer than <paramref name="most"/> bytes.</exception>
    public static async Task<ReadOnlyMemory<byte>> Borrow(HttpRequest request, Stream from, long most, string field, CancellationToken ct)
    {
        var (room, length) = (new Borrowed((int)Math.Min(Math.Min(most, MostAtFirst), request.ContentLength ?? BufferBytes) + 1), 0);
        request.HttpContext.Response.RegisterForDispose(room);
        while (await from.ReadAsync(length <= most ? room.Bytes.AsMemory(length) : room.Bytes, ct) is > 0 and var read)
        {
            length = (int)Math.Min(length + read, most + 1);
            room.Grow(length);
        }

        return length <= most ? room.Bytes.AsMemory(0, length) : throw TooLong(field, most);
    }

    /// <summary>The whole of a stream.</summary>
    /// <exception cref="BadInput">It is longer than <paramref name="most"/> bytes.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAll(Stream from, long most, string field, CancellationToken ct) =>
        await ReadAll(from, most, ct) ?? throw TooLong(field, most);

    private static BadInput TooLong(string field, long most) => new(field, $"It is larger than the {most:N0} bytes allowed.");

    /// <summary>Bytes of the pool.</summary>
    private sealed class Borrowed(int least) : IDisposable
    {
        public byte[] Bytes { get; private set; } = ArrayPool<byte>.Shared.Rent(least);

        /// <summary>Makes room for more than <paramref name="length"/> bytes.</summary>
        public void Grow(int length)
        {
            if (length == Bytes.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(2 * length);
                Bytes.CopyTo(larger, 0);
                Dispose();
                Bytes = larger;
            }
        }

        public void Dispose() => ArrayPool<byte>.Shared.Return(Bytes, clearArray: true);
    }
}
