using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Xml.Linq;

namespace Jaga.Evidence;

/// <summary>
/// The vault in a store that speaks S3's REST protocol: <c>PREFIXab/ID</c> in one bucket, which is Jaga's alone. What is longer than a part goes up in parts of 8 MiB, one in memory at a time.
/// The store sees only cipher text; a bucket with object lock keeps it from being destroyed on its day, and is not to be used.
/// </summary>
public sealed class S3Store(S3Client client, EvidenceSettings settings) : IVaultStore
{
    /// <summary>Bytes of a part. S3 takes 5 MiB to 5 GiB, and at most 10,000 parts: 78 GiB for one file.</summary>
    public const int PartBytes = 8 * 1024 * 1024;

    private static readonly XNamespace S3 = "http://s3.amazonaws.com/doc/2006-03-01/";

    public async Task Write(Guid file, Func<Stream, Task> content, CancellationToken ct)
    {
        await using var target = new Upload(client, KeyOf(file), ct);
        try
        {
            await content(target);
            await target.Finish();
        }
        catch
        {
            await target.GiveUp();
            throw;
        }
    }

    public async Task<IVaultBytes?> Open(Guid file, CancellationToken ct) => await Length(file, ct) is { } length ? new Opened(client, KeyOf(file), length) : null;

    public async Task<long?> Length(Guid file, CancellationToken ct)
    {
        using var answer = await client.Send(HttpMethod.Head, KeyOf(file), [], default, null, ct);
        return answer.StatusCode is HttpStatusCode.NotFound ? null : (await S3Client.Good(answer, ct)).Content.Headers.ContentLength;
    }

    public async Task Remove(Guid file, CancellationToken ct) => await Remove(new VaultEntry(file, KeyOf(file)), ct);

    public async Task Remove(VaultEntry entry, CancellationToken ct)
    {
        using var answer = await client.Send(HttpMethod.Delete, entry.Place, [], default, null, ct);
        _ = answer.StatusCode is HttpStatusCode.NotFound ? answer : await S3Client.Good(answer, ct);
    }

    public async IAsyncEnumerable<VaultEntry> All([EnumeratorCancellation] CancellationToken ct)
    {
        string? next = null;
        do
        {
            List<(string, string)> query = [("list-type", "2"), ("prefix", settings.S3.Prefix)];
            if (next is not null)
            {
                query.Add(("continuation-token", next));
            }

            using var answer = await S3Client.Good(await client.Send(HttpMethod.Get, "", query, default, null, ct), ct);
            var page = XDocument.Parse(await answer.Content.ReadAsStringAsync(ct)).Root!;
            foreach (var key in page.Elements(S3 + "Contents").Select(c => c.Element(S3 + "Key")!.Value))
            {
                if (Guid.TryParse(key.Split('/')[^1], out var file))
                {
                    yield return new(file, key);
                }
            }

            next = page.Element(S3 + "IsTruncated")?.Value is "true" ? page.Element(S3 + "NextContinuationToken")?.Value : null;
        }
        while (next is not null);
    }

    private string KeyOf(Guid file) => $"{settings.S3.Prefix}{file.ToString("N")[^2..]}/{file}";

    /// <summary>Reads a window ahead: a request for every chunk would spend its time on the way.</summary>
    private sealed class Opened(S3Client client, string key, long length) : IVaultBytes
    {
        private const int WindowBytes = 4 * 1024 * 1024;
        private byte[] _window = [];
        private long _from;

        public long Length => length;

        public async ValueTask<int> Read(Memory<byte> into, long at, CancellationToken ct)
        {
            var read = 0;
            while (read < into.Length && at + read < length)
            {
                var place = at + read;
                if (place < _from || place >= _from + _window.Length)
                {
                    (_from, _window) = (place, await Window(place, ct));
                }

                var some = (int)Math.Min(into.Length - read, _from + _window.Length - place);
                if (some <= 0)
                {
                    break;
                }

                _window.AsSpan((int)(place - _from), some).CopyTo(into.Span[read..]);
                read += some;
            }

            return read;
        }

        private async Task<byte[]> Window(long at, CancellationToken ct)
        {
            using var answer = await client.Send(HttpMethod.Get, key, [], default, new RangeHeaderValue(at, Math.Min(length, at + WindowBytes) - 1), ct);
            return answer.StatusCode switch
            {
                HttpStatusCode.NotFound => [],
                HttpStatusCode.PartialContent => await answer.Content.ReadAsByteArrayAsync(ct),
                _ => throw new S3Failed($"The store does not give a part of a file: {(int)(await S3Client.Good(answer, ct)).StatusCode}."),
            };
        }

        public void Dispose()
        {
        }
    }

    /// <summary>One file on its way up: whole if it is short, else in parts. Nothing has its name before <see cref="Finish"/>.</summary>
    private sealed class Upload(S3Client client, string key, CancellationToken ct) : Stream
    {
        private readonly byte[] _part = ArrayPool<byte>.Shared.Rent(PartBytes);
        private readonly List<string> _tags = [];
        private int _filled;
        private string? _id;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException("Only written.");

        public override long Position { get => throw new NotSupportedException("Only written."); set => throw new NotSupportedException("Only written."); }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (buffer.Length > 0)
            {
                if (_filled == PartBytes)
                {
                    await Part();
                }

                var some = Math.Min(buffer.Length, PartBytes - _filled);
                buffer.Span[..some].CopyTo(_part.AsSpan(_filled));
                (_filled, buffer) = (_filled + some, buffer[some..]);
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public async Task Finish()
        {
            if (_id is null)
            {
                (await S3Client.Good(await client.Send(HttpMethod.Put, key, [], _part.AsMemory(0, _filled), null, ct), ct)).Dispose();
                return;
            }

            await Part();
            var parts = new XElement(S3 + "CompleteMultipartUpload", _tags.Select((tag, i) => new XElement(S3 + "Part", new XElement(S3 + "PartNumber", i + 1), new XElement(S3 + "ETag", tag))));
            using var answer = await S3Client.Good(await client.Send(HttpMethod.Post, key, [("uploadId", _id)], Encoding.UTF8.GetBytes(parts.ToString(SaveOptions.DisableFormatting)), null, ct), ct);

            // This one answer may say 200 and hold an error.
            var text = await answer.Content.ReadAsStringAsync(ct);
            if (!text.Contains("<CompleteMultipartUploadResult", StringComparison.Ordinal))
            {
                throw new S3Failed($"The store did not put the parts of a file together: {S3Client.Says(text)}");
            }
        }

        public async Task GiveUp()
        {
            if (_id is { } id)
            {
                try
                {
                    (await client.Send(HttpMethod.Delete, key, [("uploadId", id)], default, null, CancellationToken.None)).Dispose();
                }
                catch (S3Failed)
                {
                    // The store cannot be reached; a lifecycle rule of the bucket ends what was left unfinished.
                }
            }
        }

        protected override void Dispose(bool disposing)
        {
            ArrayPool<byte>.Shared.Return(_part);
            base.Dispose(disposing);
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only written.");

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("Only written.");

        public override void SetLength(long value) => throw new NotSupportedException("Only written.");

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Written asynchronously.");

        private async Task Part()
        {
            _id ??= await Begin();
            using var answer = await S3Client.Good(
                await client.Send(HttpMethod.Put, key, [("partNumber", (_tags.Count + 1).ToString(CultureInfo.InvariantCulture)), ("uploadId", _id)], _part.AsMemory(0, _filled), null, ct), ct);
            _tags.Add(answer.Headers.ETag?.ToString() ?? throw new S3Failed("The store gave no ETag for a part."));
            _filled = 0;
        }

        private async Task<string> Begin()
        {
            using var answer = await S3Client.Good(await client.Send(HttpMethod.Post, key, [("uploads", "")], default, null, ct), ct);
            return XDocument.Parse(await answer.Content.ReadAsStringAsync(ct)).Root?.Element(S3 + "UploadId")?.Value ?? throw new S3Failed("The store began no upload.");
        }
    }
}
