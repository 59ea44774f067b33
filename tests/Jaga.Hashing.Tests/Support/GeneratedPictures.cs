namespace Jaga.Hashing.Tests.Support;

/// <summary>Pictures made by whole-number arithmetic alone, so that every machine makes the same pixels.</summary>
internal static class GeneratedPictures
{
    /// <summary>Brighter to the right and, more slowly, downwards, with a bend.</summary>
    internal static Picture Gradient(int width, int height) =>
        Grey(width, height, (x, y) => 40 + 150 * x / width + 60 * y * y / (height * height) + 5 * x * y / (width * height));

    /// <summary>Ellipses of several sizes and shades, later ones above earlier ones.</summary>
    internal static Picture Ellipses(int width, int height, uint seed)
    {
        var random = new Sequence(seed);
        var ellipses = Enumerable.Range(0, 24).Select(_ => (
            X: random.Next(width), Y: random.Next(height),
            Wide: width / 24 + 1 + random.Next(width / 5 + 1), High: height / 24 + 1 + random.Next(height / 5 + 1),
            Shade: random.Next(256))).ToArray();
        return Grey(width, height, (x, y) =>
        {
            var shade = 70 + 80 * y / height;
            foreach (var e in ellipses)
            {
                long dx = x - e.X, dy = y - e.Y;
                if (dx * dx * e.High * e.High + dy * dy * e.Wide * e.Wide <= (long)e.Wide * e.Wide * e.High * e.High)
                    shade = e.Shade;
            }
            return shade;
        });
    }

    /// <summary>Every pixel drawn by lot.</summary>
    internal static Picture Noise(int width, int height, uint seed, int channels = 1)
    {
        var random = new Sequence(seed);
        var pixels = new byte[width * height * channels];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)random.Next(256);
        return new(pixels, width, height, channels);
    }

    /// <summary>Ellipses in each of three colours.</summary>
    internal static Picture ColouredEllipses(int width, int height, uint seed)
    {
        var planes = Enumerable.Range(0, 3).Select(channel => Ellipses(width, height, seed + (uint)channel).Pixels).ToArray();
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = planes[i % 3][i / 3];
        return new(pixels, width, height, Channels: 3);
    }

    /// <summary>One shade everywhere.</summary>
    internal static Picture Plain(int width, int height, byte shade) => Grey(width, height, (_, _) => shade);

    private static Picture Grey(int width, int height, Func<int, int, int> shade)
    {
        var pixels = new byte[width * height];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                pixels[y * width + x] = (byte)Math.Clamp(shade(x, y), 0, 255);
        return new(pixels, width, height);
    }

    /// <summary>Xorshift (Marsaglia 2003): its numbers never change with the framework's version.</summary>
    internal sealed class Sequence(uint seed)
    {
        private uint _state = seed * 2654435761 + 1;

        internal int Next(int below)
        {
            _state ^= _state << 13;
            _state ^= _state >> 17;
            _state ^= _state << 5;
            return (int)((ulong)_state * (ulong)below >> 32);
        }
    }
}
