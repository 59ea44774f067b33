using System.Globalization;
using System.Runtime.InteropServices;
using static Jaga.Media.Decoding.VipsNative;

namespace Jaga.Media.Decoding;

/// <summary>A picture in libvips: a recipe that computes pixels when they are fetched. What it was made of has to stay until it is disposed.</summary>
internal sealed unsafe partial class VipsImage : IDisposable
{
    private const int FormatUchar = 0, FormatUshort = 2;
    private const int SpaceMultiband = 0, SpaceGrey = 1, SpaceHistogram = 10, SpaceInks = 15, SpaceRgb = 22, SpaceFourier = 24, SpaceRgb16 = 25, SpaceGrey16 = 26, SpaceMatrix = 27;

    private const string Profile = "icc-profile-data";

    private static readonly nuint BlobType, ImageType;
    private nint _image;

    static VipsImage()
    {
        if (vips_init("jaga") != 0)
        {
            throw new InvalidOperationException("libvips did not start: " + TakeError());
        }

        vips_vector_set_enabled(0); // liborc's generated code writes past the end of rows (8.14.1 under valgrind), and no decoder should make code
        vips_concurrency_set(1); // as many children as cores are at work already
        vips_cache_set_max(0); // one stranger's picture is not kept for the next
        vips_block_untrusted_set(1); // only the loaders whose libraries are fuzzed
        (BlobType, ImageType) = (vips_blob_get_type(), vips_image_get_type());
    }

    private VipsImage(nint image) => _image = image;

    public int Width => vips_image_get_width(_image);

    public int Height => vips_image_get_height(_image);

    public int Bands => vips_image_get_bands(_image);

    /// <summary>Frames or pages in the file it was loaded from, 1 or more.</summary>
    public int Pages => Math.Max(1, vips_image_get_n_pages(_image));

    /// <summary>Rows of one frame.</summary>
    public int PageHeight => vips_image_get_page_height(_image);

    /// <summary>EXIF's orientation, 1 to 8.</summary>
    public int Orientation => vips_image_get_orientation(_image);

    private bool IsInk => vips_image_get_interpretation(_image) == SpaceInks;

    /// <summary>When each frame of an animation is shown, in seconds from its beginning, as the file says; empty where it says nothing.</summary>
    public double[] Times
    {
        get
        {
            int* delays;
            int count;
            if (vips_image_get_typeof(_image, "delay") == 0 || vips_image_get_array_int(_image, "delay", &delays, &count) != 0)
            {
                return [];
            }

            var times = new double[count];
            for (var i = 1; i < count; i++)
            {
                times[i] = times[i - 1] + Math.Max(0, delays[i - 1]) / 1000.0;
            }

            return times;
        }
    }

    /// <summary>Whether 8 or 16 bits a channel, as nearly all are. Others are walked twice, the first time for their brightest and darkest.</summary>
    public bool IsOrdinary => vips_image_get_format(_image) == FormatUchar
        || (vips_image_get_format(_image) == FormatUshort && vips_image_get_interpretation(_image) is SpaceGrey16 or SpaceRgb16);

    /// <summary>Reads the header of a file in memory; pixels are decoded when they are fetched, from top to bottom.</summary>
    /// <exception cref="BrokenPicture">The header is no good.</exception>
    public static VipsImage Load(string loader, byte* bytes, int length, params ReadOnlySpan<(string Name, string Value)> arguments)
    {
        var operation = New(loader);
        var blob = default(GValue);
        g_value_init(ref blob, BlobType);
        vips_value_set_blob(ref blob, 0, bytes, (nuint)length);
        g_object_set_property(operation, "buffer", ref blob);
        g_value_unset(ref blob);
        return Run(operation, arguments);
    }

    /// <summary>Takes pixels as a picture.</summary>
    public static VipsImage Of(Pixels pixels)
    {
        var image = vips_image_new_from_memory((byte*)pixels.Address, (nuint)pixels.Length, pixels.Width, pixels.Height, pixels.Channels, FormatUchar);
        using var raw = new VipsImage(image != 0 ? image : throw new BrokenPicture(TakeError()));
        return raw.Then("copy", ("interpretation", pixels.Channels == 1 ? "b-w" : "srgb"));
    }

    /// <summary>The picture after one more operation that takes <c>in</c> and gives <c>out</c>.</summary>
    /// <exception cref="BrokenPicture">The operation refuses it.</exception>
    public VipsImage Then(string name, params ReadOnlySpan<(string Name, string Value)> arguments)
    {
        var operation = New(name);
        var value = default(GValue);
        g_value_init(ref value, ImageType);
        g_value_set_object(ref value, _image);
        g_object_set_property(operation, "in", ref value);
        g_value_unset(ref value);
        return Run(operation, arguments);
    }

    /// <summary>
    /// 8-bit grey or red, green and blue, whatever it was: palettes, one bit, sixteen bits, inks and floating point become ordinary colours, colours
    /// are converted where their profile <see cref="ColourProfile">matters</see>, and what is transparent is laid on white, as a page would show it.
    /// </summary>
    public VipsImage Flat()
    {
        var space = vips_image_get_interpretation(_image);
        if (space is SpaceMultiband or SpaceHistogram or SpaceFourier or SpaceMatrix)
        {
            var plain = (Bands < 3, vips_image_get_format(_image)) switch
            {
                (true, FormatUshort) => "grey16",
                (true, _) => "b-w",
                (false, FormatUshort) => "rgb16",
                _ => "srgb",
            };
            using var named = Then("copy", ("interpretation", plain));
            return named.Flat();
        }

        VipsImage? next = null;
        try
        {
            var grey = space is SpaceGrey or SpaceGrey16;
            next = IsInk || HasProfileThatMatters() ? Seen() : null;
            next ??= space == (grey ? SpaceGrey : SpaceRgb) ? Then("copy") : Then("colourspace", ("space", grey ? "b-w" : "srgb"));
            if (vips_image_get_format(next._image) != FormatUchar)
            {
                Replace(ref next, next.Then("scale")); // numbers without a known white: the brightest is white
            }

            if (vips_image_hasalpha(next._image) != 0)
            {
                Replace(ref next, next.Then("flatten", ("background", "255")));
            }

            if (next.Bands is not (1 or 3))
            {
                Replace(ref next, next.Then("extract_band", ("band", "0"), ("n", next.Bands == 2 ? "1" : "3")));
            }

            return next;
        }
        catch
        {
            next?.Dispose();
            throw;
        }
    }

    private bool HasProfileThatMatters()
    {
        byte* profile;
        nuint length;
        return vips_image_get_typeof(_image, Profile) != 0 && vips_image_get_blob(_image, Profile, &profile, &length) == 0
            && length <= int.MaxValue && ColourProfile.Matters(new(profile, (int)length));
    }

    /// <summary>
    /// The colours that its profile says are seen; inks without one are those of an ordinary press. Relative colours with the black points
    /// laid on each other come nearest to the picture before it became inks. Null where the profile is not to be used.
    /// </summary>
    private VipsImage? Seen()
    {
        try
        {
            return Then(
                "icc_transform", ("output_profile", "srgb"), ("embedded", "true"), ("input_profile", IsInk ? "cmyk" : "srgb"),
                ("intent", "relative"), ("black_point_compensation", "true"), ("depth", "8"));
        }
        catch (BrokenPicture)
        {
            return null; // a broken profile breaks no picture
        }
    }

    /// <summary>A walk over the rows of a flat picture, from the top.</summary>
    public Rows Walk() => new(this);

    public void Dispose()
    {
        if (_image != 0)
        {
            g_object_unref(_image);
            _image = 0;
        }
    }

    /// <summary>A number as libvips reads it.</summary>
    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Replace(ref VipsImage old, VipsImage by)
    {
        old.Dispose();
        old = by;
    }

    private static nint New(string name)
    {
        var operation = vips_operation_new(name);
        return operation != 0 ? operation : throw new BrokenPicture(TakeError());
    }

    private static VipsImage Run(nint operation, ReadOnlySpan<(string Name, string Value)> arguments)
    {
        try
        {
            foreach (var (name, value) in arguments)
            {
                if (vips_object_set_argument_from_string(operation, name, value) != 0)
                {
                    throw new BrokenPicture(TakeError());
                }
            }

            if (vips_cache_operation_buildp(ref operation) != 0)
            {
                throw new BrokenPicture(TakeError());
            }

            var result = default(GValue);
            g_value_init(ref result, ImageType);
            g_object_get_property(operation, "out", ref result);
            var image = g_value_dup_object(ref result);
            g_value_unset(ref result);
            return new(image);
        }
        finally
        {
            vips_object_unref_outputs(operation);
            g_object_unref(operation);
        }
    }

    /// <summary>Takes libvips' messages away, so that the next picture does not get them. The first is the cause.</summary>
    private static string TakeError()
    {
        var buffer = vips_error_buffer_copy();
        var text = (Marshal.PtrToStringUTF8(buffer) ?? "").Trim();
        g_free((void*)buffer);
        return text.Length == 0 ? "its decoder gave no reason" : text.Split('\n')[0];
    }
}
