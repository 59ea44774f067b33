using static Jaga.Media.Decoding.VipsNative;

namespace Jaga.Media.Decoding;

/// <content>The walk over a picture's rows.</content>
internal sealed unsafe partial class VipsImage
{
    /// <summary>Fetches rows in order.</summary>
    internal sealed class Rows : IDisposable
    {
        private readonly VipsImage _of;
        private nint _region;
        private int _next;

        public Rows(VipsImage of)
        {
            _of = of;
            _region = vips_region_new(of._image);
        }

        /// <summary>Fills a picture with the rows that come next.</summary>
        /// <param name="atATime">Rows that are had or lost together: many for speed, few for the most of a damaged picture.</param>
        /// <param name="complaint">Why the rest of it stays black; null if it is whole.</param>
        /// <returns>Rows filled.</returns>
        public int Fill(Pixels pixels, int atATime, out string? complaint)
        {
            complaint = null;
            var row = 0;
            while (row < pixels.Height)
            {
                var rows = Math.Min(atATime, pixels.Height - row);
                var fetched = vips_region_fetch(_region, 0, _next, pixels.Width, rows, out var length);
                if (fetched == null || (long)length != (long)rows * pixels.Stride)
                {
                    g_free(fetched);
                    complaint = TakeError();
                    break;
                }

                new ReadOnlySpan<byte>(fetched, (int)length).CopyTo(pixels.Span[(row * pixels.Stride)..]);
                g_free(fetched);
                _next += rows;
                row += rows;
            }

            return row;
        }

        public void Dispose()
        {
            if (_region != 0)
            {
                g_object_unref(_region);
                _region = 0;
            }
        }
    }
}
