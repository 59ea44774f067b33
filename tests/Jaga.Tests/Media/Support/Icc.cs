using System.Buffers.Binary;
using System.Text;

namespace Jaga.Tests.Media.Support;

/// <summary>Colour profiles of three primaries and a gamma (ICC.1:2001-04), as editors and telephones embed them.</summary>
internal static class Icc
{
    private static readonly double[] SrgbRed = [0.4361, 0.2225, 0.0139], SrgbGreen = [0.3851, 0.7169, 0.0971], SrgbBlue = [0.1431, 0.0606, 0.7139];

    /// <summary>A profile by name: <c>adobe</c>, <c>p3</c> and <c>prophoto</c> as photographs have them, <c>linear</c> as renderers do, and <c>swapped</c>, which only somebody with intent makes.</summary>
    public static byte[] Of(string name) => name switch
    {
        "adobe" => Of([0.60974, 0.31111, 0.01947], [0.20528, 0.62567, 0.06087], [0.14919, 0.06322, 0.74457], 2.19921875),
        "p3" => Of([0.5151, 0.2412, -0.0011], [0.2920, 0.6922, 0.0419], [0.1571, 0.0666, 0.7841], 2.2),
        "prophoto" => Of([0.7977, 0.2880, 0], [0.1352, 0.7119, 0], [0.0313, 0.0001, 0.8249], 1.8),
        "linear" => Of(SrgbRed, SrgbGreen, SrgbBlue, 1),
        "swapped" => Of(SrgbGreen, SrgbBlue, SrgbRed, 2.2),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such profile."),
    };

    private static byte[] Of(double[] red, double[] green, double[] blue, double gamma)
    {
        byte[] curve = [.. "curv\0\0\0\0"u8, 0, 0, 0, 1, .. Two((ushort)Math.Round(gamma * 256)), 0, 0];
        (string Name, byte[] Data)[] tags =
        [
            ("desc", [.. "desc\0\0\0\0"u8, 0, 0, 0, 5, .. "test\0"u8, .. new byte[79]]), ("cprt", [.. "text\0\0\0\0none\0\0\0\0"u8]), ("wtpt", Xyz([0.9642, 1, 0.8249])),
            ("rXYZ", Xyz(red)), ("gXYZ", Xyz(green)), ("bXYZ", Xyz(blue)), ("rTRC", curve), ("gTRC", curve), ("bTRC", curve),
        ];
        var table = new List<byte>();
        var data = new List<byte>();
        var start = 128 + 4 + 12 * tags.Length;
        foreach (var (name, bytes) in tags)
        {
            table.AddRange([.. Encoding.ASCII.GetBytes(name), .. Four(start + data.Count), .. Four(bytes.Length)]);
            data.AddRange(bytes);
        }

        return
        [
            .. Four(start + data.Count), 0, 0, 0, 0, 2, 0x40, 0, 0, .. "mntrRGB XYZ "u8, 7, 0xd0, 0, 1, 0, 1, .. new byte[6], .. "acsp"u8, .. new byte[28],
            .. Fixed(0.9642), .. Fixed(1), .. Fixed(0.8249), .. new byte[48], .. Four(tags.Length), .. table, .. data,
        ];
    }

    private static byte[] Xyz(double[] value) => [.. "XYZ \0\0\0\0"u8, .. value.SelectMany(Fixed)];

    private static byte[] Fixed(double value) => Four((int)Math.Round(value * 65536));

    private static byte[] Four(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Two(ushort value) => [(byte)(value >> 8), (byte)value];
}
